import { describe, expect, it } from 'vitest'
import { civilDayOfSerial, readDateText, serialText } from './dates.ts'

/** Counts days by the calendar's own rule, without Date. */
function* calendar(year: number, endYear: number): Generator<string> {
  for (let y = year; y < endYear; y += 1) {
    const isLeap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0
    for (const [m, days] of [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].entries())
      for (let d = 1; d <= days; d += 1)
        yield `${y}-${String(m + 1).padStart(2, '0')}-${String(d).padStart(2, '0')}`
  }
}

describe('R-33: serial dates', () => {
  // In files, and in other time zones, they are read by the workplace's tests.
  it('every serial from 1900-03-01 to 2100-01-01 is its civil day in both epochs', () => {
    let serial = 1 // 1900-01-01
    let wrong = 0
    let n = 0
    for (const day of calendar(1900, 2101)) {
      if (day > '2100-01-01') break
      if (day >= '1900-03-01') {
        n += 1
        if (civilDayOfSerial(serial, 1900) !== day || serialText(serial, 1900) !== day) wrong += 1
        if (day >= '1904-01-01' && civilDayOfSerial(serial - 1462, 1904) !== day) wrong += 1
      }
      serial += day === '1900-02-28' ? 2 : 1
    }
    console.log(
      `FIG ${JSON.stringify({ id: 'R-33', n, value: wrong, unit: 'off by a day', target: '=0', ok: wrong === 0 })}`,
    )
    expect([n, wrong]).toEqual([72_991, 0])
  })

  it.each([
    [1, '1900-01-01'],
    [59, '1900-02-28'],
    [60, null],
    [61, '1900-03-01'],
    [44_431, '2021-08-23'],
    [0, null],
    [-1, null],
    [Number.NaN, null],
    [2_958_466, null],
  ])('%d is %s', (serial, day) => {
    expect(civilDayOfSerial(serial, 1900)).toBe(day)
  })

  it('tell the time to the second', () => {
    let wrong = 0
    for (let second = 0; second < 86_400; second += 1) {
      const [h = '', m = '', s = '0'] = (serialText(44_431 + second / 86_400, 1900) ?? '')
        .slice(11)
        .split(':')
      if (second > 0 && Number(h) * 3600 + Number(m) * 60 + Number(s) !== second) wrong += 1
    }
    console.log(
      `FIG ${JSON.stringify({ id: 'R-33', n: 86_400, value: wrong, unit: 'off by seconds', target: '=0', ok: wrong === 0 })}`,
    )
    expect(wrong).toBe(0)
    expect(serialText(0.395_833_333_333, 1900)).toBe('09:30')
    expect(serialText(44_430.999_999_9, 1900)).toBe('2021-08-23')
  })
})

describe('R-33: dates as people type them', () => {
  it('mean the same day in eight spellings, also on days whose midnight never was', () => {
    const missing = [
      '1940-06-01',
      '1941-03-15',
      '1942-01-31',
      '1946-05-15',
      '1947-04-15',
      '1948-05-01',
      '1949-05-01',
      '1986-05-04',
      '1991-04-14',
      '2021-08-23',
      '2024-02-29',
    ]
    const wrong: string[] = []
    let n = 0
    for (const day of missing) {
      const [y = '', m = '', d = ''] = day.split('-')
      const [month, date] = [Number(m), Number(d)]
      const wide = day.replace(/[\d-]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
      for (const text of [
        day,
        `${y}/${month}/${date}`,
        `${y}.${month}.${date}`,
        `${y}年${month}月${date}日`,
        `${y}${m}${d}`,
        wide,
        `${day} 00:00:00`,
        `${day}T00:00:00.000`,
      ]) {
        n += 1
        if (readDateText(text) !== day) wrong.push(text)
      }
    }
    console.log(
      `FIG ${JSON.stringify({ id: 'R-33', n, value: wrong.length, unit: 'text dates off', target: '=0', ok: wrong.length === 0 })}`,
    )
    expect(wrong).toEqual([])
  })

  it.each([
    '',
    '早班',
    '2021-13-01',
    '2021-02-30',
    '3/4/2021',
    '21-8-23',
    '13800138000',
    '2021-08-23T00:00:00Z',
  ])('%j is none', (text) => {
    expect(readDateText(text)).toBeNull()
  })
})
