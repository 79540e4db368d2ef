import type { GateRuleDraft } from '../../gates/public.js';

/** After the call that one of them is about was prepared, and before anybody was nominated for it. */
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
  ];
}
