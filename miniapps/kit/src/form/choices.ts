import type { Option } from '@kangbao/shared/forms/definition.ts'

/** The options chosen after one is tapped: "none" excludes the rest, and the rest "none"; in the form's order. */
export function toggleOption(
  options: readonly Option[],
  chosen: readonly string[],
  tapped: Option,
): string[] {
  if (chosen.includes(tapped.value)) return chosen.filter((value) => value !== tapped.value)
  if (tapped.exclusive) return [tapped.value]
  const kept = options
    .filter((option) => !option.exclusive && chosen.includes(option.value))
    .map(({ value }) => value)
  const next = new Set([...kept, tapped.value])
  return options.filter(({ value }) => next.has(value)).map(({ value }) => value)
}
