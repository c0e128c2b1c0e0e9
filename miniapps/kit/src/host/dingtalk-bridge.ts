/**
 * The only file that imports `dingtalk-jsapi`, one function at a time (the whole package is six times as large), and by
 * name: what "default" of a CommonJS file means differs between bundlers.
 * The package decides its platform when it is first imported, so this file is loaded only inside a host.
 */
import dd from 'dingtalk-jsapi/entry/mobile'
import { complexPicker$ as complexPicker } from 'dingtalk-jsapi/api/biz/contact/complexPicker'
import { create$ as createDing } from 'dingtalk-jsapi/api/biz/ding/create'
import { setTitle$ as setTitle } from 'dingtalk-jsapi/api/biz/navigation/setTitle'
import { share$ as share } from 'dingtalk-jsapi/api/biz/util/share'
import { get$ as getPosition } from 'dingtalk-jsapi/api/device/geolocation/get'
import { requestAuthCode$ as requestAuthCode } from 'dingtalk-jsapi/api/runtime/permission/requestAuthCode'
import type { HostConfig } from '@kangbao/shared/contracts/host.ts'
import { browserBridge } from './browser-bridge.ts'
import { CancelledError, NotOfferedError, type HostBridge } from './host-bridge.ts'

const guarded = ['biz.contact.complexPicker', 'biz.ding.create', 'biz.util.share', 'device.geolocation.get']
const cancelled = '-1'
const configTimeoutMs = 8_000
/** Asking for a code shows nothing to the person: a host that has no network may not answer at all. */
const codeTimeoutMs = { online: 8_000, offline: 1_500 }

/** Makes the host's error objects ours: closing a dialogue is no failure, the rest means "use your own way". */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    const code =
      typeof cause === 'object' && cause !== null && 'errorCode' in cause ? String(cause.errorCode) : ''
    throw code === cancelled
      ? new CancelledError('cancelled', { cause })
      : new NotOfferedError(code, { cause })
  }
}

function configure(config: HostConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NotOfferedError('config timed out')), configTimeoutMs)
    const done = (settle: () => void) => () => {
      clearTimeout(timer)
      settle()
    }
    dd.error(done(() => reject(new NotOfferedError('config refused'))))
    dd.config({ ...config, type: 0, jsApiList: guarded })
    dd.ready(done(resolve))
  })
}

/**
 * The host's own abilities.
 * @param sign fetches the signature `dd.config` wants; asked for once, when the first guarded call is made.
 */
export async function dingtalkBridge(sign: (url: string) => Promise<HostConfig>): Promise<HostBridge> {
  // The PC client's messages are a third of the package; phones, and hosts that look like one, do without.
  if (!/iPhone|iPad|iPod|Android|OpenHarmony/i.test(navigator.userAgent))
    await import('dingtalk-jsapi/platform/pc')

  let corpId = ''
  let configured: Promise<void> | undefined
  async function unlocked(): Promise<void> {
    configured ??= sign(location.href.split('#')[0] ?? '').then(configure)
    try {
      await configured
    } catch (cause) {
      configured = undefined
      throw new NotOfferedError('config', { cause })
    }
  }
  return {
    isHost: true,
    async requestAuthCode(org) {
      corpId = org
      const limit = navigator.onLine ? codeTimeoutMs.online : codeTimeoutMs.offline
      const silence = new Promise<never>((_, reject) =>
        setTimeout(() => reject(new NotOfferedError('no code in time')), limit),
      )
      return (await Promise.race([asked(() => requestAuthCode({ corpId: org })), silence])).code
    },
    setTitle(title) {
      document.title = title
      setTitle({ title }).catch(() => undefined) // a title that stays as it was is no loss
    },
    async pickAudience(question) {
      await unlocked()
      const picked = await asked(() =>
        complexPicker({
          corpId,
          title: question.title,
          multiple: true,
          limitTips: question.limitText,
          maxUsers: 1000,
          pickedUsers: [...question.userIds],
          pickedDepartments: question.departmentIds.map(String),
          responseUserOnly: question.usersOnly,
          permissionType: 'GLOBAL',
        }),
      )
      return {
        departments: (picked.departments ?? []).map(({ id, name }) => ({ id: Number(id), name })),
        users: (picked.users ?? []).map(({ emplId, name }) => ({ userId: emplId, name })),
      }
    },
    async share({ url, title, text }) {
      await unlocked()
      await asked(() => share({ type: 1, url, title, content: text, image: '' }))
    },
    async createDing({ userIds, text, link }) {
      await unlocked()
      const attachment = { ...link, image: '' }
      const users = [...userIds]
      await asked(() => createDing({ corpId, users, text, type: 2, alertType: 2, bizType: 0, attachment }))
    },
    async locate() {
      try {
        await unlocked()
        const found = await asked(() =>
          getPosition({ targetAccuracy: 200, coordinate: 1, withReGeocode: true, useCache: true }),
        )
        return {
          latitude: Number(found.latitude),
          longitude: Number(found.longitude),
          accuracyM: Number(found.accuracy),
          system: 'gcj-02',
          province: found.province,
          city: found.city,
          district: found.district,
        }
      } catch (cause) {
        if (cause instanceof CancelledError) throw cause
        return browserBridge().locate()
      }
    },
  }
}
