import type { GateRuleDraft, ImportedList } from '../../gates/public.js';
import type { DemoCalendar } from './calendar.js';

/** After the call that some of them are about was prepared, and before anybody was nominated for it. */
export const GATE_RULES_DAYS = -60;

interface DemoRule extends Omit<GateRuleDraft, 'callId' | 'validFrom'> {
  /** Who says it for their country. */
  readonly officer: string;
  /** Of the call; null: for every call. */
  readonly slug: string | null;
}

/** From the sources that the programme knows; each is marked until its ministry confirms it. */
export function gateRules(): readonly DemoRule[] {
  return [
    {
      officer: 'ministry@ru.demo',
      slug: 'digital-economy-semester',
      country: 'RU',
      kind: 'security_clearance',
      fields: ['0612'],
      categories: [],
      sides: ['host'],
      forwardDays: 5,
      decideDays: 60,
      office: {
        sr: 'Надлежни орган за безбедносне споразуме (демонстрација)',
        ru: 'Орган, согласующий соглашения о безопасности (демонстрация)',
        en: 'Office that agrees security agreements (demonstration)',
      },
      evidence: [
        {
          id: 'agreement',
          name: { sr: 'Безбедносни споразум', ru: 'Соглашение о безопасности', en: 'Security agreement' },
        },
        { id: 'plan', name: { sr: 'План рада', ru: 'План работы', en: 'Work plan' } },
      ],
      validityDays: null,
      source:
        'Указ, вступивший в силу 1 марта 2026 года: 5 дней на передачу, 60 на решение (не проверено). / Уредба на снази од 1. марта 2026 (непроверено).',
      toVerify: true,
    },
    {
      officer: 'ministry@rs.demo',
      slug: null,
      country: 'RS',
      kind: 'export_control',
      fields: ['0533', '0719'],
      categories: [],
      sides: ['home'],
      forwardDays: 5,
      decideDays: 30,
      office: {
        sr: 'Орган за контролу извоза робе двоструке намене (демонстрација)',
        ru: 'Орган экспортного контроля товаров двойного назначения (демонстрация)',
        en: 'Dual-use export control office (demonstration)',
      },
      evidence: [
        {
          id: 'technology',
          name: {
            sr: 'Опис технологије која се преноси',
            ru: 'Описание передаваемой технологии',
            en: 'Description of the technology that is transferred',
          },
        },
      ],
      validityDays: 365,
      source:
        'Закон о контроли извоза: електронски пренос контролисане технологије је извоз (непроверено). / Закон об экспортном контроле (не проверено).',
      toVerify: true,
    },
    {
      officer: 'ministry@rs.demo',
      slug: 'digital-economy-semester',
      country: 'RS',
      kind: 'restricted_parties',
      fields: ['0311'],
      categories: [],
      sides: ['host'],
      forwardDays: 2,
      decideDays: 15,
      office: {
        sr: 'Орган за мере ограничавања (демонстрација)',
        ru: 'Орган по ограничительным мерам (демонстрация)',
        en: 'Restrictive measures office (demonstration)',
      },
      evidence: [],
      validityDays: null,
      source:
        'Правилник о провери страна у размени (измишљено за демонстрацију). / Правила проверки участников обмена (вымышлены для демонстрации).',
      toVerify: true,
    },
  ];
}

interface DemoList extends ImportedList {
  readonly officer: string;
  /** As its file says it. */
  readonly csv: string;
}

/**
 * Nobody on it exists, and nobody of the demonstration is on it: one applicant is called as an entry is in Latin letters,
 * and that it is somebody else only a person can say.
 */
export function restrictedList(calendar: DemoCalendar): DemoList {
  return {
    officer: 'ministry@rs.demo',
    country: 'RS',
    list: 'Измишљена листа за демонстрацију',
    issuerCountry: 'RS',
    version: '1',
    dated: calendar.day(GATE_RULES_DAYS - 5),
    source: 'Сви уноси су измишљени. / Все записи вымышлены.',
    csv: `key,kind,name,aliases,birth_years,note
D-001,person,GALIEV TIMUR,Galijev Timur|Galiyev Timour,,Измишљен унос: година рођења није позната.
D-002,person,Вымыслов Пётр Небылович,Vymyslov Petr,1958|1959,Измишљен унос.
D-003,person,Непостојевић Здравко,Nepostojević Zdravko,1961,Измишљен унос.
D-004,organisation,Примерпромторг,Primerpromtorg LLC,,Измишљен унос.
D-005,organisation,Завод за непостојеће уређаје,Institute of Imaginary Devices,,Измишљен унос.
`,
  };
}
