import type { Notice } from '../consents/notice.ts'
import type { PeriodKind } from '../calendar/period.ts'
import type { LocalText } from '../locale.ts'
import type { RuleAlerts } from '../rules/alerts.ts'
import type { Condition } from './condition.ts'
import type { Expression } from './expression.ts'

/** A choice; `code` is what facets store, so it never changes once published. */
export interface Option {
  readonly value: string
  readonly code: number
  readonly label: LocalText
  /** Choosing it excludes every other option ("none"). */
  readonly exclusive?: true
}

/** Bound of a date answer: days from the day of filing (0 = that day). */
export interface DayBound {
  readonly daysFromToday: number
}

/** Half-open band of a number, `from ≤ x < below`; a missing end is open. Codes are what facets store. */
export interface Band {
  readonly code: number
  readonly label: LocalText
  readonly from?: number
  readonly below?: number
}

/** What an answer has to meet beside what its type asks, and what is said when it does not. */
export interface FieldCheck {
  /** Asked of this answer and of those before it. */
  readonly when: Condition
  readonly message: LocalText
}

interface FieldBase {
  /** Stable key of the answer. */
  readonly id: string
  /** Stable number of the field inside its form, 1–999: the high part of its facets. */
  readonly number: number
  readonly label: LocalText
  readonly hint?: LocalText
  readonly required?: boolean
  /** Shown, validated and kept only while this holds. */
  readonly visibleWhen?: Condition
  /** Judged once there is an answer that its type takes. */
  readonly check?: FieldCheck
  /** Whether "same as last time" may carry this answer; risk questions are always asked afresh (Z-34). */
  readonly carried?: boolean
}

export interface ProfileField extends FieldBase {
  readonly type: 'profile'
  readonly shows: readonly ('name' | 'phone' | 'department')[]
}
export interface TextField extends FieldBase {
  readonly type: 'text' | 'long-text'
  readonly maxLength: number
  readonly prefill?: 'name' | 'department'
}
export interface NumberField extends FieldBase {
  readonly type: 'number' | 'temperature'
  readonly min: number
  readonly max: number
  readonly decimals: number
  readonly unit?: string
  readonly bands?: readonly Band[]
}
export interface ChoiceField extends FieldBase {
  readonly type: 'single-choice' | 'multiple-choice'
  readonly options: readonly Option[]
}
export interface DateField extends FieldBase {
  readonly type: 'date'
  readonly min?: DayBound
  readonly max?: DayBound
}
/** A day and a time of day on the wall clock of the org, to the minute; the bounds are days, as for a date. */
export interface DateTimeField extends FieldBase {
  readonly type: 'date-time'
  readonly min?: DayBound
  readonly max?: DayBound
}
/** A score from 1 to `max`. */
export interface RatingField extends FieldBase {
  readonly type: 'rating'
  /** The best score, 2–10. */
  readonly max: number
  /** What the ends of the scale mean, for example "not at all" and "very much". */
  readonly ends?: { readonly lowest: LocalText; readonly highest: LocalText }
}
export interface RegionField extends FieldBase {
  readonly type: 'region'
  readonly withDetail: boolean
  readonly offersLocation: boolean
  /** GB/T 2260 prefix the place must lie in. */
  readonly within?: string
}
/** A point found by the phone, given by pressing a button and never by itself. */
export interface PlaceField extends FieldBase {
  readonly type: 'place'
  /** Whether the person may say in words what the place is. */
  readonly withAddress: boolean
}
/** Computed from numbers answered before it; nobody types it, and what a client says of it is not listened to. */
export interface ComputedField extends FieldBase {
  readonly type: 'computed'
  readonly expression: Expression
  readonly decimals: number
  readonly unit?: string
  readonly bands?: readonly Band[]
  readonly required?: never
  readonly check?: never
  readonly carried?: never
}
export interface PhoneField extends FieldBase {
  readonly type: 'phone'
  readonly prefill?: 'phone'
}
export interface IdNumberField extends FieldBase {
  readonly type: 'id-number'
}
/** Pictures from the camera or the album; what cameras write beside a picture does not get further than the server. */
export interface PhotoField extends FieldBase {
  readonly type: 'photo'
  /** How many there may be, 1–9. */
  readonly most: number
  readonly carried?: never
}
/** PDFs or pictures. */
export interface FileField extends FieldBase {
  readonly type: 'file'
  /** How many there may be, 1–9. */
  readonly most: number
  readonly carried?: never
}
/** One's name, written with the finger. */
export interface SignatureField extends FieldBase {
  readonly type: 'signature'
  readonly carried?: never
}
export interface DeclarationField extends FieldBase {
  readonly type: 'declaration'
  readonly text: LocalText
}
export interface NoteField extends FieldBase {
  readonly type: 'note'
  readonly text: LocalText
}

/** A heading: begins a titled part of the form, which reaches to the next one. */
export interface SectionField extends FieldBase {
  readonly type: 'section'
  readonly text?: LocalText
}

/** What can be asked in a row of a group or table; ids are the row's own, numbers the form's. */
export type RowField =
  | TextField
  | NumberField
  | ChoiceField
  | DateField
  | DateTimeField
  | RatingField
  | RegionField
  | PlaceField
  | ComputedField
  | PhoneField
  | IdNumberField

const rowTypes: Readonly<Record<RowField['type'], true>> = {
  text: true,
  'long-text': true,
  number: true,
  temperature: true,
  'single-choice': true,
  'multiple-choice': true,
  date: true,
  'date-time': true,
  rating: true,
  region: true,
  place: true,
  computed: true,
  phone: true,
  'id-number': true,
}

/** Whether a field may be asked in a row. */
export function isRowField(field: Field): field is RowField {
  return Object.hasOwn(rowTypes, field.type)
}

/** Questions asked as often as there is something to tell: the tracks of a day, the people of a household. */
export interface GroupField extends FieldBase {
  readonly type: 'group'
  readonly fields: readonly RowField[]
  /** Once there is any row there are so many; whether there must be any is `required`. */
  readonly minRows?: number
  readonly maxRows: number
  /** What a row is called, `{n}` being its number from 1. */
  readonly rowLabel: LocalText
  /** Bands of the number of rows, where that is to be counted. */
  readonly bands?: readonly Band[]
}

/** The same questions for each of some named things. */
export interface TableField extends FieldBase {
  readonly type: 'table'
  readonly fields: readonly RowField[]
  readonly rowLabels: readonly LocalText[]
}
export type RowsField = GroupField | TableField

export type Field =
  | ProfileField
  | TextField
  | NumberField
  | ChoiceField
  | DateField
  | DateTimeField
  | RatingField
  | RegionField
  | PlaceField
  | ComputedField
  | PhoneField
  | IdNumberField
  | PhotoField
  | FileField
  | SignatureField
  | DeclarationField
  | NoteField
  | SectionField
  | GroupField
  | TableField

export type FieldType = Field['type']

/** A finding the answers of one submission can give (Z-38). */
export interface FindingRule {
  readonly id: string
  /** Stable number inside the form, 1–999; facets store it. */
  readonly number: number
  readonly label: LocalText
  readonly when: Condition
  /** Whether it makes the submission abnormal and alerts the admins at once. */
  readonly abnormal: boolean
  /** Who is told of an abnormal answer; the admins when it says nothing. */
  readonly alerts?: RuleAlerts
}

export interface FormDefinition {
  /** `programme/name` for templates. */
  readonly id: string
  readonly version: number
  readonly title: LocalText
  readonly description: LocalText
  readonly category: string
  readonly period: PeriodKind
  /** Name and fields must not be changed. */
  readonly locked: boolean
  readonly fields: readonly Field[]
  readonly findings: readonly FindingRule[]
  /** Of a form that came from no template; a template's stands in its programme. */
  readonly notice?: Notice
}

/** Whether a field holds an answer of its own. */
export function holdsAnswer(field: Field): boolean {
  return field.type !== 'note' && field.type !== 'profile' && field.type !== 'section'
}

/** Whether a field is answered in rows. */
export function hasRows(field: Field): field is RowsField {
  return field.type === 'group' || field.type === 'table'
}

/**
 * Every field of a form with those asked in rows, in the form's order: whatever has a number of its own. The id of a
 * column is `group/column`.
 */
export function everyField({ fields }: Pick<FormDefinition, 'fields'>): { id: string; field: Field }[] {
  return fields.flatMap((field) => [
    { id: field.id, field },
    ...(hasRows(field) ? field.fields.map((each) => ({ id: `${field.id}/${each.id}`, field: each })) : []),
  ])
}
