import { useI18n } from 'vue-i18n'
import { closeToast, showDialog, showImagePreview, showLoadingToast, showToast } from 'vant'
import {
  createAppDing,
  mintAuthCode,
  resolvePicker,
  type Launch,
} from '@kangbao/workplace/contracts/container.ts'
import { uploadMedia } from '@kangbao/workplace/contracts/messages.ts'
import { call, upload } from '@/api/client.ts'
import { usePeoplePicker } from '@/contacts/people-picker.ts'
import { openOutside } from '@/messages/message-link.ts'
import { appStorage } from './app-storage.ts'
import { requestJsApis } from './check-config.ts'
import { chooseImages } from './choose-files.ts'
import type { BridgeServices, DingDraft, PeopleQuestion } from './bridge-services.ts'
import type { OpenFrame } from './frames.ts'
import { useHostDialogs } from './host-dialogs.ts'
import { locate } from './locate.ts'

type FrameControls = Pick<BridgeServices, 'setTitle' | 'setRight' | 'close' | 'goBack'> & {
  share(card: Parameters<BridgeServices['share']>[0]): void
}

/** The host's side of the bridge for one frame: screens of the client, calls bound to (org, app, me). */
export function useBridgeServices(
  frame: OpenFrame,
  controls: FrameControls,
): (launch: Launch) => BridgeServices {
  const { t } = useI18n()
  const dialogs = useHostDialogs()
  const picker = usePeoplePicker()
  const params = { orgId: frame.orgId, agentId: frame.agentId }

  async function createDing({ users, text, link }: DingDraft): Promise<boolean> {
    if (!(await dialogs.ask({ kind: 'ding', draft: { users, text, ...(link && { link }) } }))) return false
    await call(createAppDing, {
      params,
      body: { userids: [...users], text, ...(link && { attachment: link }) },
    })
    return true
  }

  async function pickPeople(question: PeopleQuestion) {
    const userids = [...question.pickedUsers]
    const picked = userids.length > 0 ? (await call(resolvePicker, { params, body: { userids } })).users : []
    return picker.pick(frame.orgId, question, picked)
  }

  async function uploadImages(multiple: boolean, limit: number) {
    const files = (await chooseImages(multiple)).slice(0, multiple ? limit : 1)
    if (files.length === 0) return undefined
    const stored = await Promise.all(
      files.map((file) => upload(uploadMedia, { params: { orgId: frame.orgId } }, file)),
    )
    return stored.map(({ url }) => new URL(url, location.origin).href)
  }

  const confirm = (title: string, message: string, buttons: readonly string[]) =>
    showDialog({
      title,
      message,
      showCancelButton: buttons.length !== 1,
      // DingTalk counts the buttons from the left; the first is the one that declines.
      cancelButtonText: buttons[0] ?? t('common.cancel'),
      confirmButtonText: buttons.at(-1) ?? t('common.ok'),
    }).then(
      () => (buttons.length === 1 ? 0 : Math.max(buttons.length, 2) - 1),
      () => 0,
    )

  const screens = {
    scan: () => dialogs.ask({ kind: 'scan' }),
    pickPeople,
    openLink: (url: URL) => openOutside(url.href),
    previewImages: (urls: readonly string[], current: string) => {
      showImagePreview({
        images: [...urls],
        startPosition: Math.max(0, urls.indexOf(current)),
        closeable: true,
      })
    },
    alert: async (title: string, message: string, button: string) => {
      await showDialog({ title, message, confirmButtonText: button || t('common.ok') })
    },
    toast: async (message: string, kind: 'success' | 'error' | 'plain', durationMs: number) => {
      const type = kind === 'plain' ? 'text' : kind === 'error' ? 'fail' : 'success'
      showToast({ message, type, duration: durationMs })
    },
    showPreloader: (text: string) => {
      showLoadingToast({ message: text, duration: 0, forbidClick: true })
    },
    hidePreloader: () => closeToast(),
    actionSheet: async (title: string, rows: readonly string[], cancel: string) =>
      (await dialogs.ask({ kind: 'sheet', title, rows, cancel })) ?? -1,
    choose: (choices: readonly { key: string; value: string }[], selected: string) =>
      dialogs.ask({ kind: 'choose', choices, selected }),
    pickDateTime: (picks: 'date' | 'time' | 'datetime', value: string) =>
      dialogs.ask({ kind: 'moment', picks, value }),
  }

  return (launch) => ({
    corpId: launch.corpId,
    mintAuthCode: async () => (await call(mintAuthCode, { params })).code,
    requestJsApis: (config, href) => requestJsApis(frame, config, href),
    createDing,
    uploadImages,
    locate,
    confirm,
    ...screens,
    ...controls,
    share: async (card) => controls.share(card),
    storage: appStorage(launch.corpId, launch.appId),
  })
}
