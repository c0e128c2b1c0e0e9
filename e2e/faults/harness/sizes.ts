const scale = Number(process.env['FAULTS_SCALE'] ?? 1)
if (!(scale > 0 && scale <= 10)) throw new Error('FAULTS_SCALE is a share of the full size, such as 0.02')

/** Whether the run has the size the requirements name. */
export const isFullSize = scale >= 1

/** The size a requirement names, or the share of it that FAULTS_SCALE asks for; never less than `least`. */
export const sized = (full: number, least = 1): number => Math.max(least, Math.round(full * scale))
