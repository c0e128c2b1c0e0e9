import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { Environment } from '../src/config.ts'

const required = new Set<string>(Environment.required)

/** What the page reads of a variable's schema. */
const Variable = Type.Object({
  type: Type.Optional(Type.String()),
  description: Type.String(),
  default: Type.Optional(Type.Union([Type.String(), Type.Integer(), Type.Boolean()])),
  minimum: Type.Optional(Type.Integer()),
  maximum: Type.Optional(Type.Integer()),
  minLength: Type.Optional(Type.Integer()),
  maxLength: Type.Optional(Type.Integer()),
  anyOf: Type.Optional(Type.Array(Type.Object({ const: Type.String() }))),
})

const introduction = `# Configuration of the server

The server reads these variables from its environment, once, and names everything that is wrong before it starts. An
empty value counts as not set. \`npm start\` sets all of them itself; \`docker-compose.yml\` takes them from \`.env\`
(begin with \`.env.example\`). What to set for which way of running is in [operations](operations.md).

This page is made from \`server/src/config.ts\`; do not edit it, run
\`npx -y pnpm@12.21.0 --filter @kangbao/server configuration\`.
`

/** The text of `docs/configuration.md`. @throws Error when a variable has no description. */
export function configurationPage(): string {
  const rows = Object.entries(Environment.properties).map(([name, schema]) => {
    const variable = Value.Parse(Variable, schema)
    const must = required.has(name) && variable.default === undefined
    return { must, cells: [`\`${name}\``, variable.description, valuesOf(variable), defaultOf(variable)] }
  })
  const cellsOf = (must: boolean): string[][] =>
    rows.filter((row) => row.must === must).map(({ cells }) => cells)
  return [
    introduction,
    '## Must be set\n',
    table(
      ['variable', 'what for', 'values'],
      cellsOf(true).map((cells) => cells.slice(0, 3)),
    ),
    '## May be set\n',
    table(['variable', 'what for', 'values', 'default'], cellsOf(false)),
  ].join('\n')
}

interface Limits {
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly anyOf?: readonly { readonly const: string }[]
}

function valuesOf({ type, minimum, maximum, minLength = 0, maxLength, anyOf }: Limits): string {
  if (anyOf) return anyOf.map((option) => `\`${option.const}\``).join(', ')
  if (type === 'boolean') return '`true`, `false`'
  if (type === 'integer')
    return maximum === undefined ? `number from ${minimum ?? 0}` : `${minimum ?? 0} to ${maximum}`
  if (minLength > 1 && minLength === maxLength) return `text of ${minLength} characters`
  return minLength > 1 ? `text of at least ${minLength} characters` : 'text'
}

function defaultOf(variable: { readonly default?: string | number | boolean }): string {
  return variable.default === undefined ? 'not set' : `\`${variable.default}\``
}

/** A table as prettier leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return `${[line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')}\n`
}
