/** Reads what people type for a temperature: `365` is 36.5, as is `36。5`. Null when it is no number yet. */
export function readTemperature(text: string): number | null {
  const plain = text
    .replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[。．，,]/g, '.')
    .replace(/[^\d.]/g, '')
  if (!/^\d{1,3}(\.\d*)?$/.test(plain)) return null
  return /^\d{3}$/.test(plain) ? Number(plain) / 10 : Number(plain)
}

/** One step up or down, from a first value when nothing is there; kept inside the bounds and free of rounding dust. */
export function stepTemperature(
  value: number | undefined,
  step: 1 | -1,
  bounds: { min: number; max: number; first: number },
): number {
  if (value === undefined) return bounds.first
  const next = Math.round((value + step * 0.1) * 10) / 10
  return Math.min(bounds.max, Math.max(bounds.min, next))
}
