import { wallTimeOf, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { LocalText, Locale } from '@kangbao/shared/locale.ts'
import type { WorkplaceMessage } from '../../ports/workplace.ts'

/** The platform keeps no language of an org, and its users write Chinese. */
export const locale: Locale = 'zh-CN'

export interface CardForm {
  readonly id: string
  readonly title: LocalText
  readonly corpId: string
  readonly timeZone: string
  readonly sendsDing: boolean
  /** Whether the org made it itself. */
  readonly isOwn: boolean
  /** When the period closes, as people read it; null when it stays open. */
  readonly deadline: string | null
}

export interface CardPlace {
  readonly publicUrl: string
  readonly today: CivilDate
  /** The planned moment: part of the text, because the platform drops a text it delivered that day already. */
  readonly plannedAt: EpochMs
}

export interface CardLine {
  readonly label: string
  readonly value: string
}

/** How often a member was asked before. */
export type Asking = 'first' | 'again' | 'once-more'

const reminds: Readonly<Record<Asking, string>> = {
  first: '',
  again: '待填写提醒：',
  'once-more': '再次提醒：',
}

/** Asks a member to fill the form, or again. */
export function fillCard(form: CardForm, place: CardPlace, asking: Asking): WorkplaceMessage {
  const title = form.title[locale]
  return {
    title: `${form.sendsDing ? '【DING】' : ''}${reminds[asking]}${title}（${shortDay(place.today)}）`,
    lines: [...dated(form, place), ...(form.deadline ? [{ label: '截止时间', value: form.deadline }] : [])],
    text:
      asking === 'first'
        ? '请点击本消息填写，已填写的无需重复。'
        : `截至 ${wallTimeOf(place.plannedAt, form.timeZone)} 你还没有填写，请尽快完成。`,
    url: pageUrl(place, `/m/forms/fill/${form.id}`, form.corpId),
  }
}

export interface DigestPart {
  readonly title: LocalText
  readonly departments: readonly { readonly department: string; readonly missing: number }[]
}

/** Asks somebody to try a form on his phone before anybody is asked to fill it. */
export function testCard(
  form: Pick<CardForm, 'title' | 'corpId'>,
  place: Pick<CardPlace, 'publicUrl'>,
  test: { readonly id: string; readonly sentBy: string; readonly endsOn: string },
): WorkplaceMessage {
  return {
    title: `【测试】${form.title[locale]}`,
    lines: [
      { label: '发起人', value: test.sentBy },
      { label: '有效期至', value: test.endsOn },
    ],
    text: '请在手机上试填这份表单。填写的内容只留在你的手机上，不会提交，也不计入统计。',
    url: pageUrl(place, `/m/forms/try/${test.id}`, form.corpId),
  }
}

/** Tells a manager who is still missing: numbers by department of one form, or by form of several, and some names. */
export function digestCard(
  form: CardForm,
  place: CardPlace,
  digest: {
    readonly parts: readonly DigestPart[]
    readonly names: readonly string[]
    readonly forAdmins: boolean
  },
): WorkplaceMessage {
  const { parts, names, forAdmins } = digest
  const [only] = parts
  const isOne = parts.length === 1 && only !== undefined
  const lines = isOne
    ? only.departments.map(({ department, missing }) => missingLine(department || '全员', missing))
    : parts.map(({ title, departments }) => missingLine(title[locale], sumOf(departments)))
  const most = 5
  const people = parts.reduce((sum, { departments }) => sum + sumOf(departments), 0)
  const about = isOne ? only.title[locale] : `${parts.length} 个表单`
  const whose = forAdmins ? '企业' : '你负责的部门'
  return {
    title: `${forAdmins ? '未填写汇总' : '部门未填写汇总'}：${about}（${shortDay(place.today)}）`,
    lines: [...dated(form, place), ...lines.slice(0, most)],
    text:
      `截至 ${wallTimeOf(place.plannedAt, form.timeZone)}，${whose}还有成员未填写：` +
      `${names.join('、')}${people > names.length && isOne ? ` 等 ${people} 人` : ''}。请协助督促。`,
    url: digestUrl(form, place, { isOne, forAdmins }),
  }
}

/** Heads of departments need not be admins: theirs opens where they see who is missing and may file for him. */
function digestUrl(
  form: CardForm,
  place: CardPlace,
  { isOne, forAdmins }: { readonly isOne: boolean; readonly forAdmins: boolean },
): string {
  if (forAdmins && isOne) return managePage(form, place)
  const path = forAdmins ? '/m/forms/manage' : `/m/forms/for${isOne ? `/${form.id}` : ''}`
  return pageUrl(place, path, form.corpId)
}

const sumOf = (departments: DigestPart['departments']) =>
  departments.reduce((sum, { missing }) => sum + missing, 0)
const missingLine = (label: string, missing: number): CardLine => ({ label, value: `${missing} 人未填写` })

export function newAnswersCard(form: CardForm, place: CardPlace, filed: number): WorkplaceMessage {
  return {
    title: `收到 ${filed} 份新填写：${form.title[locale]}`,
    lines: dated(form, place),
    text: `截至 ${wallTimeOf(place.plannedAt, form.timeZone)}。`,
    url: managePage(form, place),
  }
}

/** Tells who asked for an export that it is ready: where it lies, nothing of what is in it (S-49). */
export function exportCard(form: CardForm, place: CardPlace): WorkplaceMessage {
  return {
    title: `导出已完成：${form.title[locale]}`,
    lines: dated(form, place),
    text: '文件 24 小时内有效，点击本消息登录后下载；也可以在电脑的管理后台打开此表单的“导出”。',
    url: pageUrl(place, `/m/forms/manage/forms/${form.id}/exports`, form.corpId),
  }
}

const stopReasons: Readonly<Record<string, string>> = {
  'owner-left': '设置人已离开团队',
  'owner-rights': '设置人不再是主管理员',
  'form-ended': '表单已结束',
}

/** Tells admins that a scheduled export has stopped, so that one of them may take it over. */
export function exportStoppedCard(form: CardForm, place: CardPlace, reason: string): WorkplaceMessage {
  return {
    title: `定时导出已停止：${form.title[locale]}`,
    lines: [...dated(form, place), { label: '原因', value: stopReasons[reason] ?? reason }],
    text: '如仍需要，请在电脑上登录管理后台，打开此表单的“导出”重新开启。',
    url: managePage(form, place),
  }
}

const failures: Readonly<Record<string, { readonly why: string; readonly what: string }>> = {
  'too-large': { why: '文件过大', what: '请缩小日期范围或减少内容，重新设置定时导出。' },
  broken: { why: '多次尝试仍未生成', what: '下次会照常再试；急用可以先手动导出。' },
  busy: { why: '接收人半天内一直有其他导出在进行', what: '下次会照常再试；急用可以先手动导出。' },
  'no-right': { why: '接收人已无权查看填报内容', what: '请重新设置接收人。' },
  unmailed: {
    why: '邮件没有送达',
    what: '已改用工作通知告知接收人；请其在“我的”或“登录与安全”中重新确认邮箱。',
  },
}

/** Tells the owner of a scheduled export what of it came to nothing, and what there is to do. */
export function exportFailedCard(form: CardForm, place: CardPlace, reason: string): WorkplaceMessage {
  const { why, what } = failures[reason] ?? { why: reason, what: '' }
  return {
    title: `定时导出未送达：${form.title[locale]}`,
    lines: [...dated(form, place), { label: '原因', value: why }],
    text: `${what}详情见电脑管理后台此表单的“导出”。`,
    url: managePage(form, place),
  }
}

/** Tells admins that the government refused a report, in its own words. */
export function refusalCard(
  form: CardForm,
  place: CardPlace,
  refusal: { readonly kind: 'employment' | 'health'; readonly title: string; readonly detail: string },
): WorkplaceMessage {
  const label = refusal.kind === 'employment' ? '企业用工登记上报' : '企业健康数据上报'
  return {
    title: `${label}被退回`,
    lines: [
      { label: '时间', value: `${place.today} ${wallTimeOf(place.plannedAt, form.timeZone)}` },
      { label: '原因', value: `${refusal.title} ${refusal.detail}`.trim().slice(0, 200) },
    ],
    text: '请核对后重新上报。',
    url: pageUrl(place, `/m/${refusal.kind}-report/`, form.corpId),
  }
}

function dated(form: CardForm, { today, plannedAt }: CardPlace): CardLine[] {
  return [{ label: '日期', value: `${today} ${wallTimeOf(plannedAt, form.timeZone)}` }]
}

function shortDay(day: CivilDate): string {
  return `${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`
}

function managePage(form: CardForm, place: CardPlace): string {
  return pageUrl(place, `/m/forms/manage/forms/${form.id}`, form.corpId)
}

/** A page of ours, opened in the host. */
export function pageUrl({ publicUrl }: Pick<CardPlace, 'publicUrl'>, path: string, corpId: string): string {
  return `${publicUrl}${path}?corpId=${encodeURIComponent(corpId)}`
}
