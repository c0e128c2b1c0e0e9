const units = ['B', 'KB', 'MB', 'GB'] as const
const step = 1024

/** As people read it: 312 B, 4.2 KB, 18 MB. */
export function fileSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= step && unit < units.length - 1) {
    value /= step
    unit += 1
  }
  const digits = unit === 0 || value >= 10 ? 0 : 1
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`
}

/** The kind of a file as its badge says it: the end of its name, if that is one. */
export function fileKind(name: string): string {
  const end = /\.([a-z0-9]{1,4})$/i.exec(name)?.[1]
  return end?.toUpperCase() ?? ''
}
