import { answerInWords, regionInWords } from '@kangbao/shared/forms/answer-words.ts'
import type { AnswerValue } from '@kangbao/shared/forms/answers.ts'
import type { Field } from '@kangbao/shared/forms/definition.ts'
import { streetName } from '@kangbao/shared/regions/streets.ts'
import type { Locale } from '@kangbao/shared/locale.ts'
import { regionName } from '../../regions.ts'
import type { Cell } from './workbook.ts'

/** What an export calls things. */
export const words = {
  'zh-CN': {
    period: '期次',
    name: '姓名',
    jobNumber: '工号',
    department: '部门',
    number: '回执编号',
    filedAt: '提交时间',
    revisedAt: '最近修改',
    filedAs: '代填/现场',
    abnormal: '是否异常',
    findings: '异常类型',
    question: '题目',
    answer: '回答',
    yes: '是',
    no: '否',
    filed: '已填',
    isAbnormal: '异常',
    missing: '未填',
    between: '、',
    sheet: '答卷',
    about: '说明',
  },
  en: {
    period: 'Period',
    name: 'Name',
    jobNumber: 'Job number',
    department: 'Department',
    number: 'Receipt',
    filedAt: 'Filed',
    revisedAt: 'Last changed',
    filedAs: 'Filed by others',
    abnormal: 'Abnormal',
    findings: 'Findings',
    question: 'Question',
    answer: 'Answer',
    yes: 'yes',
    no: 'no',
    filed: 'filed',
    isAbnormal: 'abnormal',
    missing: 'missing',
    between: ', ',
    sheet: 'Answers',
    about: 'About',
  },
} as const satisfies Readonly<Record<Locale, Readonly<Record<string, string>>>>

const regionWords = (code: string) => regionInWords(code, (level) => regionName(level) ?? streetName(level))

/** An answer as people read it; a number stays one, so that it can be counted with. Empty for a field left open. */
export function answerCell(field: Field, value: AnswerValue | undefined, locale: Locale): Cell {
  return typeof value === 'number' ? value : answerInWords(field, value, { locale, region: regionWords })
}
