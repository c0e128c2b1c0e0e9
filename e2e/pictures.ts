/**
 * Pictures of the manuals, made of what journeys kept with LOOK_AT: `npm run pictures -- <folder>`. A picture whose screen
 * is not in the folder stays as it is, so that one journey is enough to renew its own.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

/** Name in docs/pictures → name the journey looked at it by. */
const pictures: Readonly<Record<string, string>> = {
  'publish-kept': 'publish-2-kept',
  'consent-notice': 'consent-notice',
  me: 'me',
  'me-looks': 'reveal-who-looked',
  'me-erasure': 'me-erasure',
  'reveal-phone': 'reveal-phone-reason',
  'reveal-phone-proof': 'reveal-phone-proof',
  'console-reveal': 'reveal-reason',
  'console-retention': 'retention-preview',
  'console-hold': 'retention-hold',
  'console-sweep': 'retention-sweep',
  'console-audit': 'console-audit',
  'console-audit-verified': 'console-audit-whole',
  'console-sessions': 'console-security',
  'operator-security': 'console-security-operator',
  'scan-sign-in-pc': 'scan-pc',
  'scan-sign-in-phone': 'scan-phone',
  'account-security': 'account-security',
  'account-devices': 'account-devices',
  'join-waiting': 'join-waiting',
  'app-switcher': 'app-switcher',
  'app-tabs': 'app-tabs',
  help: 'help-phone',
  certification: 'certify-filled',
  'certification-returned': 'certify-returned',
  'import-history': 'import-history',
  'sub-admin': 'directory-sub-admin',
  contacts: 'contacts',
  'group-chat': 'group-chat',
  'group-info': 'group-info',
  dissolve: 'dissolve-block',
  'working-days': 'console-working-days',
  'chat-files': 'chat-files-pc',
  todos: 'todos',
  todo: 'todo',
  'web-sign-in': 'web-sign-in-390',
  consents: 'consents-390',
  'operator-certification': 'operator-review',
  'operator-suites': 'operator-suites',
  'operator-deliveries': 'operator-deliveries',
  'operator-limits': 'operator-limits',
}
const phoneWidth = 390
const colours = 16

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('npm run pictures -- <the folder LOOK_AT named>')
const target = join(import.meta.dirname, '..', 'docs', 'pictures')
for (const [name, look] of Object.entries(pictures)) {
  const from = join(folder, `${look}-light.png`)
  if (!existsSync(from)) continue
  const { width, height } = await sharp(from).metadata()
  // Phones are looked at with two dots for one; a manual needs one.
  const resized = height > width ? sharp(from).resize({ width: phoneWidth, kernel: 'linear' }) : sharp(from)
  const { size } = await resized
    .png({ palette: true, colours, effort: 10, dither: 0 })
    .toFile(join(target, `${name}.png`))
  console.log(`${name}.png  ${Math.ceil(size / 1024)} kB`)
}
