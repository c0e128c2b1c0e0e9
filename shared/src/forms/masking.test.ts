import { describe, expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import { workStart } from '../programmes/zhengzhou/work-start.ts'
import { isMasked, maskedAnswers, withKept } from './masking.ts'
import { validateAnswers } from './validation.ts'

const today = civilDate('2026-03-02')
const stored = {
  name: '员工1',
  'id-number': '410105199001011233',
  phone: '13800002222',
  department: '生产部',
  home: { code: '410105', detail: '花园路1号' },
  'came-from': { code: '420100' },
  'arrived-on': '2026-03-01',
  transport: 'other',
  places: '武汉',
  'first-day': '2026-03-03',
  promise: true as const,
}
const shown = maskedAnswers(workStart, stored)

describe('S-36: masks', () => {
  it('cover ID numbers and phones, and nothing else', () => {
    expect(shown).toEqual({ ...stored, 'id-number': '41**************33', phone: '138****2222' })
    expect(workStart.fields.filter(isMasked).map(({ id }) => id)).toEqual(['id-number', 'phone'])
  })

  it('sent back unchanged keep what is behind them; anything else is what was typed', () => {
    expect(withKept(workStart, shown, stored)).toEqual(stored)
    expect(withKept(workStart, { ...shown, phone: '13900001111' }, stored)['phone']).toBe('13900001111')
    expect(withKept(workStart, { ...shown, phone: '139****2222' }, stored)['phone']).toBe('139****2222')
    expect(withKept(workStart, { places: '138****2222' }, { places: 'x', phone: '13800002222' })).toEqual({
      places: '138****2222',
    })
  })

  it('pass the check of a form that corrects, never the one that files', () => {
    expect(validateAnswers(workStart, shown, today, { keepsMasks: true }).ok).toBe(true)
    expect(validateAnswers(workStart, shown, today)).toMatchObject({
      ok: false,
      problems: [{ field: 'id-number' }, { field: 'phone' }],
    })
  })
})
