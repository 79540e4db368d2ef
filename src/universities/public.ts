export { UniversitiesModule } from './universities.module.js';
export { Institutions } from './data/institutions.js';
export type { InstitutionSearch } from './data/institutions.js';
export { Countries } from './data/countries.js';
export { TREATIES } from './data/treaties.js';
export { legalisationOf } from './domain/treaty.js';
export type { Legalisation } from './domain/treaty.js';
export { institutionCity, institutionName } from './domain/institution.js';
export type {
  CountryView,
  InstitutionHead,
  InstitutionKind,
  InstitutionView,
  LeadTimes,
  NameInLanguage,
} from './domain/institution.js';
export { ImportCountries } from './operations/import-countries.js';
export { ImportInstitutions } from './operations/import-institutions.js';
export type { ImportReport, RowFault } from './domain/institution-rows.js';
export { Units } from './data/units.js';
export type { UnitView } from './data/units.js';
export { ManageUnits } from './operations/manage-units.js';
