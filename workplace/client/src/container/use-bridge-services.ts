import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { closeToast, showDialog, showImagePreview, showLoadingToast, showToast } from 'vant'
import {
  allowPersonal,
  createAppDing,
  mintAuthCode,
  resolvePicker,
  type Launch,
  type PersonalScope,
} from '@kangbao/workplace/contracts/container.ts'
import { getMember } from '@kangbao/workplace/contracts/directory.ts'
import { uploadMedia } from '@kangbao/workplace/contracts/messages.ts'
import { useSession } from '@/account/session.ts'
import { call, upload } from '@/api/client.ts'
import { usePeoplePicker } from '@/contacts/people-picker.ts'
import { appPage, openOutside } from '@/messages/message-link.ts'
import { isSameOrigin } from './app-url.ts'
import type { CodeKinds } from '@/scan/decoder.ts'
import { appStorage } from './app-storage.ts'
import { requestJsApis } from './check-config.ts'
import { chooseImages } from './choose-files.ts'
import type { BridgeServices, DingDraft, PeopleQuestion } from './bridge-services.ts'
import type { OpenFrame } from './frames.ts'
import { useHostDialogs } from './host-dialogs.ts'
import { locate } from './locate.ts'

type FrameControls = Pick<
  BridgeServices,
  'setTitle' | 'setRight' | 'setLeft' | 'setMenu' | 'close' | 'goBack'
> & {
  share(card: Parameters<BridgeServices['share']>[0]): void
}

/** DingTalk's word for the department of the person who picks. */
const ownDepartment = -1

/** The host's side of the bridge for one frame: screens of the client, calls bound to (org, app, me). */
export function useBridgeServices(
  frame: OpenFrame,
  controls: FrameControls,
): (launch: Launch) => BridgeServices {
  const { t } = useI18n()
  const dialogs = useHostDialogs()
  const picker = usePeoplePicker()
  const router = useRouter()
  const session = useSession()
  const params = { orgId: frame.orgId, agentId: frame.agentId }

  async function createDing({ users, text, link }: DingDraft): Promise<boolean> {
    if (!(await dialogs.ask({ kind: 'ding', draft: { users, text, ...(link && { link }) } }))) return false
    await call(createAppDing, {
      params,
      body: { userids: [...users], text, ...(link && { attachment: link }) },
    })
    return true
  }

  async function askConsent(app: string, scopes: readonly PersonalScope[]) {
    if (!(await dialogs.ask({ kind: 'consent', app, scopes }))) return undefined
    return (await call(allowPersonal, { params, body: { scopes: [...scopes] } })).code
  }

  async function pickPeople(question: PeopleQuestion) {
    const userids = [...question.pickedUsers]
    const picked = userids.length > 0 ? (await call(resolvePicker, { params, body: { userids } })).users : []
    const startDeptId =
      question.startDeptId === ownDepartment ? await ownDeptId() : (question.startDeptId ?? 0)
    return picker.pick(frame.orgId, { ...question, startDeptId: Math.max(0, startDeptId) }, picked)
  }

  async function ownDeptId(): Promise<number> {
    const userid = session.orgById(frame.orgId)?.userid ?? ''
    const { departments } = await call(getMember, { params: { orgId: frame.orgId, userid } })
    return departments[0]?.deptId ?? 0
  }

  const uploadImages = async (multiple: boolean, limit: number) =>
    store((await chooseImages({ multiple })).slice(0, multiple ? limit : 1))

  async function store(files: readonly File[]) {
    if (files.length === 0) return undefined
    const stored = await Promise.all(
      files.map((file) => upload(uploadMedia, { params: { orgId: frame.orgId } }, file)),
    )
    return stored.map(({ url }) => new URL(url, location.origin).href)
  }

  // One at a time: a second dialogue would take the place of the first, whose app would wait for ever.
  const alert = (title: string, message: string, button: string) =>
    dialogs.inLine(async () => {
      await showDialog({ title, message, confirmButtonText: button || t('common.ok') })
    })

  const confirm = (title: string, message: string, buttons: readonly string[]) =>
    dialogs.inLine(() =>
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
      ),
    )

  const screens = {
    scan: (kinds: CodeKinds) => dialogs.ask({ kind: 'scan', kinds }),
    pickPeople,
    previewImages: (urls: readonly string[], current: string) => {
      showImagePreview({
        images: [...urls],
        startPosition: Math.max(0, urls.indexOf(current)),
        closeable: true,
      })
    },
    alert,
    takePicture: async () => store(await chooseImages({ fromCamera: true })),
    callPerson: (userid: string) => {
      void router.push({ name: 'member', params: { orgId: frame.orgId, userid } })
    },
    dial: (phone: string) => {
      location.href = `tel:${phone.replaceAll(/[^\d+]/g, '')}`
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
    // A page of the app itself would have no bridge in a window of its own.
    openLink: (url: URL) => {
      if (isSameOrigin(url.href, launch.url)) void router.push(appPage(frame.orgId, frame.agentId, url.href))
      else openOutside(url.href)
    },
    allowPersonal: (scopes) => askConsent(launch.name, scopes),
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
