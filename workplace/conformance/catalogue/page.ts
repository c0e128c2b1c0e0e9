import { cases } from '../cases/index.ts'
import { catalogue, entries } from './index.ts'
import type { Entry, Group, State } from './entry.ts'

const words: Readonly<Record<State, string>> = { yes: 'implemented', differs: 'differs', no: 'not' }

/** The text of `docs/workplace-compatibility.md`. */
export function compatibilityPage(): string {
  const count = (state: State) => entries.filter((entry) => entry.state === state).length
  return [
    `# What the workplace can do of DingTalk’s open platform

Every path, push and client call an app of an ISV may meet, and what the workplace does about it: ${count('yes')} are
implemented, ${count('differs')} differ in something, ${count('no')} are not there. \`oapi\` is \`<workplace>/oapi\`, \`api\` is \`<workplace>/openapi\`. The
last column counts the cases of the [conformance suite](#the-conformance-suite) that check it. Sections (§) are those of
the sheet the project keeps on DingTalk’s public documents.

This page is made from \`workplace/conformance/catalogue\`, which a test compares with the routes there are; do not edit
it, run \`npx -y pnpm@12.21.0 --filter @kangbao/workplace compatibility\`.
`,
    ...catalogue.map(groupText),
    suiteText,
  ].join('\n')
}

const groupText = ({ title, section, entries: rows }: Group): string =>
  `## ${title}\n\n${section}\n\n${table(['path', 'what for', 'here', 'note', 'cases'], rows.map(cellsOf))}`

function cellsOf({ path, purpose, state, note }: Entry): string[] {
  const checked = cases.filter((one) => one.path === path).length
  return [`\`${path}\``, purpose, words[state], note, checked === 0 ? '' : String(checked)]
}

/** A table as prettier leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return `${[line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')}\n`
}

const suiteText = `## The conformance suite

\`workplace/conformance\` holds ${cases.length} cases. Each speaks HTTP only, names the path, the fact and the section it checks, and says
what it needs beside the open platform: an administrator’s act, somebody who opens the app, hours that pass, a callback
URL. \`npm test\` runs all of them against the workplace. Against any other platform those that need more than it offers
are left out, with the reason:

\`\`\`sh
export SUITE_KEY=… SUITE_SECRET=… SUITE_TICKET=…
npx -y pnpm@12.21.0 --filter @kangbao/workplace conformance --corp-id dingXXXX \\
  --oapi https://oapi.dingtalk.com --api https://api.dingtalk.com   # or --base http://localhost:7100
\`\`\`

With \`--listen PORT\`, \`CALLBACK_TOKEN\` and \`CALLBACK_AES_KEY\` the run is the app’s callback URL: it takes the ticket
from the pushes and looks at them too. The exit code is 0 when nothing differs, 1 when something does, 2 when the run
could not start. It has been run against the workplace only, not against DingTalk.
`
