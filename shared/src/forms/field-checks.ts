import { addDays, parseCivilDate, type CivilDate } from '../calendar/civil-day.ts'
import { idNumberProblem } from '../identity/id-number.ts'
import { parseMobile } from '../identity/phone.ts'
import {
  isFilesAnswer,
  mostChosen,
  isPlaceAnswer,
  isRegionAnswer,
  isRowsAnswer,
  type AnswerValue,
} from './answers.ts'
import { fileRuleOf, type FilesField } from './file-fields.ts'
import type {
  ChoiceField,
  DateField,
  DateTimeField,
  Field,
  NumberField,
  PlaceField,
  RatingField,
  RegionField,
  RowsField,
  TextField,
} from './definition.ts'

export type ProblemReason =
  | 'required'
  | 'type'
  | 'number.min'
  | 'number.max'
  | 'number.decimals'
  | 'text.too-long'
  | 'choice.unknown'
  | 'choice.exclusive'
  | 'choice.too-many'
  | 'date.unreal'
  | 'date.too-early'
  | 'date.too-late'
  | 'date-time.unreal'
  | 'rating.outside'
  | 'region.unknown'
  | 'region.outside'
  | 'region.detail'
  | 'place.unreal'
  | 'phone.invalid'
  | 'id-number.length'
  | 'id-number.region'
  | 'id-number.birth-date'
  | 'id-number.check-digit'
  | 'files.too-many'
  | 'files.type'
  | 'files.gone'
  | 'field.unknown'
  | 'check.failed'
  | 'rows.too-few'
  | 'rows.too-many'
  | 'row.empty'

/** What is wrong with one answer by itself; `params` fill the message's gaps. */
export interface Found {
  readonly reason: ProblemReason
  readonly params?: Readonly<Record<string, string | number>>
}

/** Whether an answer is right for its field; of a group or table only whether the number of rows is. */
export function problemOf(field: Field, value: AnswerValue, today: CivilDate): Found | null {
  switch (field.type) {
    case 'text':
    case 'long-text':
      return ofText(field, value)
    case 'number':
    case 'temperature':
      return ofNumber(field, value)
    case 'single-choice':
    case 'multiple-choice':
      return field.type === 'single-choice' ? ofSingleChoice(field, value) : ofMultipleChoice(field, value)
    case 'date':
      return ofDate(field, value, today)
    case 'date-time':
      return ofDateTime(field, value, today)
    case 'rating':
      return ofRating(field, value)
    case 'region':
      return ofRegion(field, value)
    case 'place':
      return ofPlace(field, value)
    case 'phone':
      return typeof value === 'string' && parseMobile(value) === value ? null : { reason: 'phone.invalid' }
    case 'id-number':
      return ofIdNumber(value, today)
    case 'declaration':
      return value === true ? null : { reason: 'required' }
    case 'photo':
    case 'file':
    case 'signature':
      return ofFiles(field, value)
    case 'computed':
    case 'note':
    case 'section':
    case 'profile':
      return null
    case 'group':
    case 'table':
      return ofRowCount(field, value)
  }
}

function ofText(field: TextField, value: AnswerValue): Found | null {
  if (typeof value !== 'string') return { reason: 'type' }
  return value.length <= field.maxLength
    ? null
    : { reason: 'text.too-long', params: { max: field.maxLength } }
}

function ofNumber(field: NumberField, value: AnswerValue): Found | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return { reason: 'type' }
  if (value < field.min) return { reason: 'number.min', params: { min: field.min, max: field.max } }
  if (value > field.max) return { reason: 'number.max', params: { min: field.min, max: field.max } }
  return Number(value.toFixed(field.decimals)) === value
    ? null
    : { reason: 'number.decimals', params: { decimals: field.decimals } }
}

function ofSingleChoice(field: ChoiceField, value: AnswerValue): Found | null {
  if (typeof value !== 'string') return { reason: 'type' }
  return field.options.some((option) => option.value === value) ? null : { reason: 'choice.unknown' }
}

function ofMultipleChoice(field: ChoiceField, value: AnswerValue): Found | null {
  if (!Array.isArray(value)) return { reason: 'type' }
  if (value.length > mostChosen) return { reason: 'choice.too-many', params: { max: mostChosen } }
  const chosen = field.options.filter((option) => value.includes(option.value))
  if (chosen.length !== value.length) return { reason: 'choice.unknown' }
  return chosen.length > 1 && chosen.some((option) => option.exclusive)
    ? { reason: 'choice.exclusive' }
    : null
}

function ofDate(field: DateField, value: AnswerValue, today: CivilDate): Found | null {
  const day = typeof value === 'string' ? parseCivilDate(value) : null
  return day === null ? { reason: 'date.unreal' } : outsideDays(field, day, today)
}

function ofDateTime(field: DateTimeField, value: AnswerValue, today: CivilDate): Found | null {
  const read = typeof value === 'string' ? /^(.{10})T(?:[01]\d|2[0-3]):[0-5]\d$/.exec(value) : null
  const day = parseCivilDate(read?.[1] ?? '')
  return day === null ? { reason: 'date-time.unreal' } : outsideDays(field, day, today)
}

function outsideDays(field: DateField | DateTimeField, day: CivilDate, today: CivilDate): Found | null {
  const earliest = field.min && addDays(today, field.min.daysFromToday)
  const latest = field.max && addDays(today, field.max.daysFromToday)
  if (earliest && day < earliest) return { reason: 'date.too-early', params: { earliest } }
  return latest && day > latest ? { reason: 'date.too-late', params: { latest } } : null
}

function ofRating({ max }: RatingField, value: AnswerValue): Found | null {
  if (typeof value !== 'number') return { reason: 'type' }
  return Number.isInteger(value) && value >= 1 && value <= max
    ? null
    : { reason: 'rating.outside', params: { max } }
}

function ofRegion(field: RegionField, value: AnswerValue): Found | null {
  if (!isRegionAnswer(value) || !/^[1-8]\d{5}(\d{3})?$/.test(value.code)) return { reason: 'region.unknown' }
  if (field.within && !value.code.startsWith(field.within)) return { reason: 'region.outside' }
  return field.withDetail && !value.detail?.trim() ? { reason: 'region.detail' } : null
}

function ofPlace({ withAddress }: PlaceField, value: AnswerValue): Found | null {
  if (!isPlaceAnswer(value)) return { reason: 'place.unreal' }
  const { latitude, longitude, accuracyM, address = '' } = value
  const isPoint = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
  const isCircle = accuracyM >= 0 && Number.isFinite(accuracyM)
  if (!isPoint || !isCircle || (address !== '' && !withAddress)) return { reason: 'place.unreal' }
  return address.length <= 200 ? null : { reason: 'text.too-long', params: { max: 200 } }
}

function ofIdNumber(value: AnswerValue, today: CivilDate): Found | null {
  const problem = typeof value === 'string' ? idNumberProblem(value, today) : 'length'
  return problem ? { reason: `id-number.${problem}` } : null
}

function ofRowCount(field: RowsField, value: AnswerValue): Found | null {
  if (!isRowsAnswer(value)) return { reason: 'type' }
  const count = value.rows.length
  const max = field.type === 'table' ? field.rowLabels.length : field.maxRows
  if (count > max) return { reason: 'rows.too-many', params: { max } }
  const min = field.type === 'group' ? (field.minRows ?? 0) : 0
  return count < min ? { reason: 'rows.too-few', params: { min } } : null
}

function ofFiles(field: FilesField, value: AnswerValue): Found | null {
  if (!isFilesAnswer(value)) return { reason: 'type' }
  const { most, types } = fileRuleOf(field)
  const { files } = value
  if (files.length > most) return { reason: 'files.too-many', params: { most } }
  if (new Set(files.map(({ id }) => id)).size < files.length) return { reason: 'type' }
  return files.every(({ type }) => types.some((each) => each === type)) ? null : { reason: 'files.type' }
}
