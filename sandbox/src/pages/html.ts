import { escapeMarkup } from '@kangbao/shared/markup.ts'

/** HTML that is safe to send: every value put into it was escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html | readonly Html[] | false | undefined

function write(value: Value): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'string' || typeof value === 'number') return escapeMarkup(String(value))
  return value.map((part) => part.text).join('')
}

/** Escapes what is put in, unless it is Html already. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(
    parts.reduce((text, part, i) => text + part + (i < values.length ? write(values[i]) : ''), ''),
  )
}
