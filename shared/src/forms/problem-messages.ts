import type { Locale } from '../locale.ts'
import type { Found, ProblemReason } from './field-checks.ts'
import type { FieldProblem } from './validation.ts'

const texts: Readonly<Record<Locale, Readonly<Record<ProblemReason, string>>>> = {
  'zh-CN': {
    required: '此项必填',
    type: '内容格式不正确',
    'number.min': '请填写 {min} 至 {max} 之间的数值',
    'number.max': '请填写 {min} 至 {max} 之间的数值',
    'number.decimals': '最多保留 {decimals} 位小数',
    'text.too-long': '最多 {max} 个字',
    'choice.unknown': '请从选项中选择',
    'choice.exclusive': '选择“无”时不能同时选择其他选项',
    'choice.too-many': '最多选择 {max} 项',
    'date.unreal': '请选择正确的日期',
    'date.too-early': '日期不能早于 {earliest}',
    'date.too-late': '日期不能晚于 {latest}',
    'date-time.unreal': '请选择正确的日期和时间',
    'rating.outside': '请选择 1 至 {max} 分',
    'region.unknown': '请选择所在地区',
    'region.outside': '请选择本市范围内的地区',
    'region.detail': '请填写详细地址',
    'place.unreal': '请重新获取位置',
    'phone.invalid': '请填写 11 位手机号',
    'id-number.length': '身份证号应为 18 位',
    'id-number.region': '身份证号前两位不正确',
    'id-number.birth-date': '身份证号中的出生日期不正确',
    'id-number.check-digit': '身份证号校验位不正确，请核对',
    'files.too-many': '最多 {most} 个',
    'files.type': '这里不支持这种文件',
    'files.gone': '有文件已失效，请移除后重新添加',
    'field.unknown': '表单中没有此项',
    'check.failed': '{zh}',
    'rows.too-few': '至少填写 {min} 条',
    'rows.too-many': '最多填写 {max} 条',
    'row.empty': '没有填写，请填写或删除',
  },
  en: {
    required: 'Please answer this',
    type: 'This cannot be read',
    'number.min': 'Enter a value from {min} to {max}',
    'number.max': 'Enter a value from {min} to {max}',
    'number.decimals': 'At most {decimals} decimal place(s)',
    'text.too-long': 'At most {max} characters',
    'choice.unknown': 'Choose one of the options',
    'choice.exclusive': '“None” excludes the other options',
    'choice.too-many': 'Choose at most {max}',
    'date.unreal': 'Choose a real date',
    'date.too-early': 'Not before {earliest}',
    'date.too-late': 'Not after {latest}',
    'date-time.unreal': 'Choose a real date and time',
    'rating.outside': 'Choose a score from 1 to {max}',
    'region.unknown': 'Choose a region',
    'region.outside': 'Choose a region inside the city',
    'region.detail': 'Enter the detailed address',
    'place.unreal': 'Find the position again',
    'phone.invalid': 'Enter an 11-digit mobile number',
    'id-number.length': 'An ID number has 18 characters',
    'id-number.region': 'The first two digits are wrong',
    'id-number.birth-date': 'The birth date inside the number is wrong',
    'id-number.check-digit': 'The check digit does not match; please compare',
    'files.too-many': 'At most {most}',
    'files.type': 'This kind of file is not taken here',
    'files.gone': 'A file is no longer there: remove it and add it again',
    'field.unknown': 'The form has no such field',
    'check.failed': '{en}',
    'rows.too-few': 'At least {min} entries',
    'rows.too-many': 'At most {max} entries',
    'row.empty': 'Nothing is filled in: fill it in or remove it',
  },
}

/** The sentence to show beside a field; for a place in a row it begins with the row, counted from 1. */
export function problemMessage(problem: FieldProblem, locale: Locale): string {
  const { row } = problem
  if (row === undefined) return sentence(problem, locale)
  return locale === 'zh-CN'
    ? `第 ${row + 1} 行：${sentence(problem, locale)}`
    : `Row ${row + 1}: ${sentence(problem, locale)}`
}

/** The sentence by itself, for a place where one sees which row is meant. */
export function sentence({ reason, params }: Found, locale: Locale): string {
  const words = texts[locale][reason].replace(/\{(\w+)\}/g, (_, name: string) => String(params?.[name] ?? ''))
  // A form that is still being designed may lack its words.
  return words || texts[locale].type
}
