import { randomBytes } from 'node:crypto'
import type { PublishedForm } from './forms.repo.ts'

/** 192 bits: nobody finds a form by trying. */
export function newLinkToken(): string {
  return randomBytes(24).toString('base64url')
}

/** The address that opens a form: inside the host for members, with the token in any browser for anyone (Z-32). */
export function formLink(
  { publicUrl, corpId }: { publicUrl: string; corpId: string },
  form: Pick<PublishedForm, 'id' | 'linkToken' | 'settings'>,
): string {
  const query = new URLSearchParams({ corpId })
  if (form.settings.whoMayFill === 'anyone') query.set('link', form.linkToken)
  return `${publicUrl}/m/forms/fill/${form.id}?${query}`
}
