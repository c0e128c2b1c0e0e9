import type { LegalBasis, Notice, NoticeItem } from '../../consents/notice.ts'
import type { Locale, LocalText } from '../../locale.ts'
import { alertsOf } from '../../rules/alerts.ts'
import { sameText } from './same-text.ts'
import {
  hasRows,
  holdsAnswer,
  type Field,
  type FieldType,
  type FindingRule,
  type FormDefinition,
} from '../definition.ts'
import type { OwnNotice } from './content.ts'

/** Health, whereabouts and identity numbers are sensitive whatever a form wants them for (PIPL, article 28). */
const sensitiveTypes: ReadonlySet<FieldType> = new Set(['temperature', 'region', 'place', 'id-number'])

export function isAlwaysSensitive(field: Field): boolean {
  return sensitiveTypes.has(field.type) || (hasRows(field) && field.fields.some(isAlwaysSensitive))
}

const grounds: Readonly<Record<OwnNotice['basis'], LocalText>> = {
  consent: {
    'zh-CN': '本表单由你所在的组织自行发布。处理依据为你的同意（《个人信息保护法》第十三条第一款第一项）。',
    en: 'Your organisation asks this of its own accord. The basis is your consent (PIPL, article 13(1)(1)).',
  },
  'hr-management': {
    'zh-CN':
      '本表单由你所在的组织自行发布。处理依据为实施人力资源管理所必需（《个人信息保护法》第十三条第一款第二项）。',
    en: 'Your organisation asks this of its own accord. The basis is the management of its staff (PIPL, article 13(1)(2)).',
  },
}

const seenBy: readonly LocalText[] = [
  {
    'zh-CN': '你所在组织的主管理员，以及你所在部门的子管理员（每次查看都会留下记录，你可以在“我的”中看到）',
    en: 'Your organisation’s main admin and the sub-admin of your department. Every look is written down, and you can see it under “Me”.',
  },
  { 'zh-CN': '发布此表单时指定的查看人', en: 'People named as viewers when the form was published' },
]

const told = {
  heads: { 'zh-CN': '你所在部门的主管', en: 'the head of your department' },
  publisher: { 'zh-CN': '表单发布人', en: 'whoever published the form' },
  people: { 'zh-CN': '规则中指名的人员', en: 'people named in the rules' },
} as const satisfies Record<string, LocalText>

/** Whoever is told of abnormal answers without being one of those who may see them. */
function toldBy(findings: readonly FindingRule[]): LocalText[] {
  const alerts = findings.filter(({ abnormal }) => abnormal).map(alertsOf)
  const who = [
    ...(['heads', 'publisher'] as const).filter((role) => alerts.some(({ roles }) => roles.includes(role))),
    ...(alerts.some(({ people }) => people.length > 0) ? (['people'] as const) : []),
  ]
  if (who.length === 0) return []
  const named = (locale: Locale, comma: string) => who.map((each) => told[each][locale]).join(comma)
  return [
    {
      'zh-CN': `填写内容符合异常规则时：${named('zh-CN', '、')}（只收到姓名、部门和异常类型）`,
      en: `When what you answer is abnormal: ${named('en', ', ')}. They hear your name, department and the kind only.`,
    },
  ]
}

const effect: LocalText = {
  'zh-CN': '填写内容只用于上述目的，加密保存，不会提供给组织以外的任何人。',
  en: 'What you answer is used for this purpose only, is kept encrypted and given to nobody outside the organisation.',
}

const labels: Readonly<Record<'plain' | 'sensitive', LocalText>> = {
  plain: { 'zh-CN': '填写内容', en: 'What the form asks' },
  sensitive: { 'zh-CN': '敏感个人信息', en: 'Sensitive personal information' },
}

/**
 * What people are told before they fill an org's own form. It gets a new version, and is shown again, when it says
 * something else than the notice before it.
 */
export function noticeOfOwn(
  { basis, why, keptDays, sensitive }: OwnNotice,
  { fields, findings }: Pick<FormDefinition, 'fields' | 'findings'>,
  before: Notice | null,
): Notice {
  const asked = fields.filter(holdsAnswer)
  const isSensitive = (field: Field) => isAlwaysSensitive(field) || sensitive.includes(field.id)
  const item = (kind: 'plain' | 'sensitive', of: readonly Field[]): NoticeItem[] =>
    of.length === 0
      ? []
      : [{ label: labels[kind], why, fields: of.map(({ id }) => id), isSensitive: kind === 'sensitive' }]
  const said = {
    basis: basis satisfies LegalBasis,
    ground: grounds[basis],
    collects: [
      ...item(
        'plain',
        asked.filter((field) => !isSensitive(field)),
      ),
      ...item('sensitive', asked.filter(isSensitive)),
    ],
    seenBy: [...seenBy, ...toldBy(findings)],
    effect,
    keptDays,
    purposes: [],
  }
  const version = before?.version ?? 0
  const isSame = before !== null && sameText({ ...said, version }) === sameText(before)
  return { ...said, version: isSame ? version : version + 1 }
}

/** What a published notice was made of, to go on designing from it; null when there is none. */
export function ownNoticeOf({ notice, fields }: Pick<FormDefinition, 'notice' | 'fields'>): OwnNotice | null {
  if (!notice) return null
  const marked = notice.collects.flatMap((item) => (item.isSensitive ? item.fields : []))
  return {
    basis: notice.basis === 'hr-management' ? 'hr-management' : 'consent',
    why: notice.collects[0]?.why ?? { 'zh-CN': '', en: '' },
    keptDays: notice.keptDays,
    sensitive: marked.filter((id) => {
      const field = fields.find((each) => each.id === id)
      return field !== undefined && !isAlwaysSensitive(field)
    }),
  }
}
