import type { NoticeBody } from '@kangbao/workplace/contracts/messages.ts'

type Translate = (key: string, named?: Record<string, unknown>) => string

/** What happened to a group, in the reader's language. */
export function noticeText({ act, by, names, count, title }: NoticeBody, t: Translate): string {
  const told = names.join(t('groups.list'))
  return t(`groups.notice.${act}`, {
    by,
    title,
    names: count > names.length ? t('groups.more', { names: told, count }) : told,
  })
}
