export { UniversitiesModule } from './universities.module.js';
export { Institutions } from './data/institutions.js';
export type { InstitutionSearch } from './data/institutions.js';
export { Countries } from './data/countries.js';
export { institutionCity, institutionName } from './domain/institution.js';
export type { CountryView, InstitutionKind, InstitutionView, NameInLanguage } from './domain/institution.js';
export { ImportCountries } from './operations/import-countries.js';
export { ImportInstitutions } from './operations/import-institutions.js';
export type { ImportReport, RowFault } from './domain/institution-rows.js';
