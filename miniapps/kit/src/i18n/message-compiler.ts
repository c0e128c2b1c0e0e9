import type { MessageContext } from 'vue-i18n'

/** Compiles a locale text: `{name}` stands for a named value, nothing else is special. */
export function compileMessage(message: unknown): (context: MessageContext) => string {
  const text = String(message)
  if (!text.includes('{')) return () => text
  const parts = text.split(/\{(\w+)\}/g)
  return (context) => parts.map((part, i) => (i % 2 === 0 ? part : String(context.named(part) ?? ''))).join('')
}
