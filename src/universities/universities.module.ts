import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessPorts, PolicyRegistry } from '../access/public.js';
import { AuditModule } from '../audit/public.js';
import { Countries } from './data/countries.js';
import { CountryEntity } from './data/country.entity.js';
import { InstitutionUnitEntity } from './data/institution-unit.entity.js';
import { InstitutionEntity } from './data/institution.entity.js';
import { Institutions } from './data/institutions.js';
import { RegisteredPlaces } from './data/place-register.js';
import { Units } from './data/units.js';
import { unitsPolicy } from './domain/units.policy.js';
import { InstitutionsApiController } from './http/institutions-api.controller.js';
import { InstitutionsPagesController } from './http/institutions-pages.controller.js';
import { UnitsApiController } from './http/units-api.controller.js';
import { UnitsPagesController } from './http/units-pages.controller.js';
import { ImportCountries } from './operations/import-countries.js';
import { ImportInstitutions } from './operations/import-institutions.js';
import { ManageUnits } from './operations/manage-units.js';

@Module({
  imports: [AuditModule, TypeOrmModule.forFeature([CountryEntity, InstitutionEntity, InstitutionUnitEntity])],
  controllers: [
    InstitutionsPagesController,
    InstitutionsApiController,
    UnitsApiController,
    UnitsPagesController,
  ],
  providers: [
    Countries,
    Institutions,
    RegisteredPlaces,
    ImportCountries,
    ImportInstitutions,
    ManageUnits,
    Units,
  ],
  exports: [Countries, Institutions, ImportCountries, ImportInstitutions, ManageUnits, Units],
})
export class UniversitiesModule implements OnModuleInit {
  constructor(
    private readonly access: AccessPorts,
    private readonly places: RegisteredPlaces,
    private readonly policies: PolicyRegistry,
  ) {}

  onModuleInit(): void {
    this.access.places = this.places;
    this.policies.register(unitsPolicy);
  }
}
