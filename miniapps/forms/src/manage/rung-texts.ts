/** How long after the send a rung comes, as people read it; whole hours as hours. */
export function afterText(
  t: (key: string, values: Record<string, number>) => string,
  minutes: number,
): string {
  return minutes % 60 === 0
    ? t('publish.hours', { count: minutes / 60 })
    : t('publish.minutes', { count: minutes })
}
