import type { PeriodKind } from '../calendar/period.ts'
import type { Locale } from '../locale.ts'
import { fitted } from './fit-text.ts'

/** What stands on a poster at the gate (Z-32). */
export interface Poster {
  readonly title: string
  readonly orgName: string
  readonly period: PeriodKind
  readonly whoMayFill: 'org' | 'anyone'
  readonly locale: Locale
}

/** A4 at 200 dots an inch: sharp on an office printer, and small enough for a phone to draw. */
export const posterSize = { width: 1654, height: 2339 } as const

const words = {
  'zh-CN': {
    scan: '扫码填写',
    org: '请组织成员用手机工作台的“扫一扫”填写',
    anyone: '用手机扫码即可填写',
    once: '只需填写一次',
    day: '每日填写一次',
    month: '每月填写一次',
    year: '每年填写一次',
  },
  en: {
    scan: 'Scan to fill in',
    org: 'Members: scan with the workplace app on your phone',
    anyone: 'Scan with any phone',
    once: 'Fill it in once',
    day: 'Fill it in once a day',
    month: 'Fill it in once a month',
    year: 'Fill it in once a year',
  },
} as const

const ink = {
  band: '#0b7565',
  onBand: '#ffffff',
  text: '#16211f',
  quiet: '#4c5a57',
  paper: '#ffffff',
} as const
const family = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif'
const centre = posterSize.width / 2
const margin = 140
const qrSide = 1000

/** Draws a poster, its code included. @param pen Of a canvas of `posterSize`. @param qr Picture of the code, square. */
export function drawPoster(pen: CanvasRenderingContext2D, poster: Poster, qr: CanvasImageSource): void {
  const { width, height } = posterSize
  const w = words[poster.locale]
  pen.fillStyle = ink.paper
  pen.fillRect(0, 0, width, height)
  pen.fillStyle = ink.band
  pen.fillRect(0, 0, width, 300)
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  lines(pen, poster.orgName, { y: 150, most: 2, size: 84, weight: 500, ink: ink.onBand })
  lines(pen, poster.title, { y: 530, most: 3, size: 130, weight: 700, ink: ink.text })
  // Modules stay squares: a code that was smoothed is harder to read from afar.
  pen.imageSmoothingEnabled = false
  pen.drawImage(qr, centre - qrSide / 2, 760, qrSide, qrSide)
  lines(pen, w.scan, { y: 1860, most: 1, size: 120, weight: 700, ink: ink.band })
  lines(pen, w[poster.whoMayFill], { y: 2000, most: 2, size: 60, weight: 400, ink: ink.text })
  lines(pen, w[poster.period], { y: 2120, most: 1, size: 54, weight: 400, ink: ink.quiet })
}

/** A text centred round a height, in at most so many lines; smaller when it is long. */
function lines(
  pen: CanvasRenderingContext2D,
  text: string,
  how: { y: number; most: number; size: number; weight: number; ink: string },
): void {
  const fontOf = (size: number) => `${how.weight} ${size}px ${family}`
  const measure = (part: string, size: number) => {
    pen.font = fontOf(size)
    return pen.measureText(part).width
  }
  const fit = fitted(text, measure, { most: how.most, size: how.size, width: posterSize.width - 2 * margin })
  pen.font = fontOf(fit.size)
  pen.fillStyle = how.ink
  const step = fit.size * 1.3
  fit.lines.forEach((line, i) => pen.fillText(line, centre, how.y + (i - (fit.lines.length - 1) / 2) * step))
}
