import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessPorts } from '../access/public.js';
import { Countries } from './data/countries.js';
import { CountryEntity } from './data/country.entity.js';
import { InstitutionEntity } from './data/institution.entity.js';
import { Institutions } from './data/institutions.js';
import { RegisteredPlaces } from './data/place-register.js';
import { InstitutionsApiController } from './http/institutions-api.controller.js';
import { InstitutionsPagesController } from './http/institutions-pages.controller.js';
import { ImportCountries } from './operations/import-countries.js';
import { ImportInstitutions } from './operations/import-institutions.js';

@Module({
  imports: [TypeOrmModule.forFeature([CountryEntity, InstitutionEntity])],
  controllers: [InstitutionsPagesController, InstitutionsApiController],
  providers: [Countries, Institutions, RegisteredPlaces, ImportCountries, ImportInstitutions],
  exports: [Countries, Institutions, ImportCountries, ImportInstitutions],
})
export class UniversitiesModule implements OnModuleInit {
  constructor(
    private readonly access: AccessPorts,
    private readonly places: RegisteredPlaces,
  ) {}

  onModuleInit(): void {
    this.access.places = this.places;
  }
}
