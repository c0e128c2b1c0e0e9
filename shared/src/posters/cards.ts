import type { MemberCard } from '../contracts/kiosks.ts'
import type { Locale } from '../locale.ts'
import { fitted } from './fit-text.ts'
import { posterSize } from './poster.ts'

/** Two by five on a sheet of A4, each of the size of a bank card (ISO/IEC 7810, ID-1: 85.6 × 54 mm). */
export const cardsPerPage = 10
const dotsPerMm = posterSize.width / 210
const card = { width: Math.round(85.6 * dotsPerMm), height: Math.round(54 * dotsPerMm) }
const columns = 2
const rows = cardsPerPage / columns
const left = Math.round((posterSize.width - columns * card.width) / 2)
const top = Math.round((posterSize.height - rows * card.height) / 2)

const ink = { paper: '#ffffff', cut: '#b9c4c6', band: '#0b7565', text: '#16211f', quiet: '#4c5a57', code: '#000000' } as const // prettier-ignore
const family = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif'
const words = {
  'zh-CN': { number: '工号', use: '在现场终端出示' },
  en: { number: 'No.', use: 'Show it at a kiosk' },
} as const

/** A code as squares, row by row; true is dark. */
export type Modules = readonly (readonly boolean[])[]
export interface DrawnCard extends Omit<MemberCard, 'code' | 'memberId'> {
  readonly code: Modules
}

/** Draws a sheet of cards with the lines to cut along. @param pen Of a canvas of `posterSize`. @param cards Ten at most. */
export function drawCards(
  pen: CanvasRenderingContext2D,
  cards: readonly DrawnCard[],
  { orgName, locale }: { readonly orgName: string; readonly locale: Locale },
): void {
  const { width, height } = posterSize
  pen.fillStyle = ink.paper
  pen.fillRect(0, 0, width, height)
  pen.fillStyle = ink.cut
  for (let i = 0; i <= columns; i += 1) pen.fillRect(left + i * card.width, 0, 2, height)
  for (let i = 0; i <= rows; i += 1) pen.fillRect(0, top + i * card.height, width, 2)
  cards.forEach((each, at) => {
    const x = left + (at % columns) * card.width
    const y = top + Math.floor(at / columns) * card.height
    drawCard(pen, each, { x, y, orgName, locale })
  })
}

function drawCard(
  pen: CanvasRenderingContext2D,
  { name, staffNumber, department, code }: DrawnCard,
  { x, y, orgName, locale }: { x: number; y: number; orgName: string; locale: Locale },
): void {
  // Whole dots for each square: a code that was smoothed is harder to read.
  const dot = Math.floor((card.height - 90) / (code.length + 8))
  const side = dot * code.length
  const codeX = x + card.width - side - 4 * dot
  const codeY = y + Math.round((card.height - side) / 2)
  pen.fillStyle = ink.band
  pen.fillRect(x + 2, y + 2, 14, card.height - 2)
  pen.fillStyle = ink.code
  code.forEach((row, i) =>
    row.forEach((isDark, j) => isDark && pen.fillRect(codeX + j * dot, codeY + i * dot, dot, dot)),
  )
  const w = words[locale]
  const write = (text: string, how: Line) => line(pen, text, { x: x + 40, width: codeX - x - 60, ...how })
  write(orgName, { y: y + 60, size: 26, weight: 500, ink: ink.band, most: 2 })
  write(name, { y: y + 175, size: 58, weight: 700, ink: ink.text, most: 2 })
  if (staffNumber)
    write(`${w.number} ${staffNumber}`, { y: y + 262, size: 30, weight: 500, ink: ink.text, most: 1 })
  write(department, { y: y + (staffNumber ? 316 : 262), size: 28, weight: 400, ink: ink.quiet, most: 2 })
  write(w.use, { y: y + card.height - 40, size: 20, weight: 400, ink: ink.quiet, most: 1 })
}

interface Line {
  readonly y: number
  readonly size: number
  readonly weight: number
  readonly ink: string
  readonly most: number
}

function line(
  pen: CanvasRenderingContext2D,
  text: string,
  how: Line & { readonly x: number; readonly width: number },
): void {
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  pen.fillStyle = how.ink
  const fontOf = (size: number) => `${how.weight} ${size}px ${family}`
  const fit = fitted(
    text,
    (part, size) => {
      pen.font = fontOf(size)
      return pen.measureText(part).width
    },
    how,
  )
  pen.font = fontOf(fit.size)
  const step = fit.size * 1.2
  fit.lines.forEach((part, i) => pen.fillText(part, how.x, how.y + (i - (fit.lines.length - 1) / 2) * step))
}
