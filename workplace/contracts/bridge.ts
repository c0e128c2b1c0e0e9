/**
 * Messages between a mini-app's document (where `/shim.js` plays the iOS bridge) and the app
 * container of the workplace client that frames it. The container answers only messages whose
 * `source` is the frame's contentWindow and whose `origin` is `Launch.origin`, and posts only to
 * that origin; org, member and app come from its own session, never from `params`.
 */

/** App → container: one bridge call. */
export interface BridgeCall {
  t: 'dd-call'
  id: number
  /** Three-part name, such as `biz.navigation.setTitle`. */
  name: string
  /** Passed through JSON: no functions. */
  params: Record<string, unknown>
  /** location.href without the hash; needed to check dd.config. */
  href: string
}

/** App → container: the app listens for this name (setRight and other `watch` APIs). */
export interface BridgeRegistration {
  t: 'dd-register'
  name: string
}

/** App → container, once per document: the shim is up. */
export interface BridgeHello {
  t: 'dd-hello'
  href: string
}

/** errorCode "0" is success; "-1" cancelled, "1" no such API, "3" bad parameters, "7" no permission. */
export type BridgeResult = { errorCode: '0'; result: unknown } | { errorCode: string; errorMessage: string }

/** Container → app: the answer to a call. */
export interface BridgeReturn {
  t: 'dd-ret'
  id: number
  res: BridgeResult
}

/** Container → app: run the registered handler (a click on the right button). */
export interface BridgeHandlerCall {
  t: 'dd-handler'
  name: string
  data: unknown
}

/** Container → app: dispatch a CustomEvent on the app's document. */
export interface BridgeEvent {
  t: 'dd-event'
  name:
    | 'resume'
    | 'pause'
    | 'backbutton'
    | 'goBack'
    | 'navRightButton'
    | 'navMenu'
    | 'message'
    | 'dtBizBridgeEvent'
    /** Ours, unknown to DingTalk: the person signs out, and apps forget what they keep of him. */
    | 'userSignOut'
  detail: unknown
}

export type FromApp = BridgeCall | BridgeRegistration | BridgeHello
export type ToApp = BridgeReturn | BridgeHandlerCall | BridgeEvent

/** Parameters and results of the calls the container serves, by three-part name. */
export interface BridgeCalls {
  'runtime.permission.requestAuthCode': { params: { corpId?: string }; result: { code: string } }
  'runtime.permission.requestAuthCodeV2': {
    params: { corpId?: string; clientId?: string }
    result: { code: string }
  }
  'runtime.permission.requestJsApis': {
    params: {
      agentId?: string | number
      corpId?: string
      timeStamp?: string | number
      nonceStr?: string
      signature?: string
      jsApiList?: string[]
    }
    result: Record<string, never>
  }
  'biz.util.scan': { params: { type?: string }; result: { text: string } }
  'biz.contact.complexPicker': {
    params: {
      title?: string
      multiple?: boolean
      maxUsers?: number
      limitTips?: string
      pickedUsers?: string[]
      pickedDepartments?: (string | number)[]
      disabledUsers?: string[]
      disabledDepartments?: (string | number)[]
      requiredUsers?: string[]
      requiredDepartments?: (string | number)[]
      responseUserOnly?: boolean
    }
    result: { selectedCount: number; users: PickedUser[]; departments: PickedDepartment[] }
  }
  'biz.contact.choose': {
    params: { multiple?: boolean; users?: string[]; max?: number }
    result: PickedUser[]
  }
  'biz.contact.departmentsPicker': {
    params: {
      title?: string
      multiple?: boolean
      maxDepartments?: number
      limitTips?: string
      pickedDepartments?: (string | number)[]
      disabledDepartments?: (string | number)[]
      requiredDepartments?: (string | number)[]
    }
    result: { userCount: number; departmentsCount: number; departments: PickedDepartment[] }
  }
  'biz.ding.create': {
    params: {
      users?: string[]
      text?: string
      alertType?: number
      type?: number
      attachment?: { title?: string; url?: string; image?: string; text?: string; images?: string[] }
    }
    result: { dingCreateResult: boolean }
  }
  'biz.util.uploadImage': { params: { multiple?: boolean; max?: number }; result: string[] }
  'biz.util.previewImage': { params: { urls?: string[]; current?: string }; result: Record<string, never> }
  'biz.util.openLink': { params: { url?: string }; result: Record<string, never> }
  'biz.util.share': {
    params: { type?: number; url?: string; title?: string; content?: string; image?: string }
    result: Record<string, never>
  }
  'biz.navigation.setTitle': { params: { title?: string }; result: Record<string, never> }
  'biz.navigation.setRight': {
    params: { show?: boolean; control?: boolean; text?: string }
    result: Record<string, never>
  }
  'biz.navigation.close': { params: Record<string, never>; result: Record<string, never> }
  'device.geolocation.get': {
    params: { targetAccuracy?: number; coordinate?: number; withReGeocode?: boolean }
    result: { longitude: number; latitude: number; accuracy: number; address?: string }
  }
  'device.notification.alert': {
    params: { message?: string; title?: string; buttonName?: string }
    result: Record<string, never>
  }
  'device.notification.confirm': {
    params: { message?: string; title?: string; buttonLabels?: string[] }
    result: { buttonIndex: number }
  }
  'device.notification.toast': {
    params: { text?: string; icon?: string; duration?: number }
    result: Record<string, never>
  }
  'device.notification.showPreloader': { params: { text?: string }; result: Record<string, never> }
  'device.notification.hidePreloader': { params: Record<string, never>; result: Record<string, never> }
  'device.notification.actionSheet': {
    params: { title?: string; cancelButton?: string; otherButtons?: string[] }
    result: { buttonIndex: number }
  }
  'util.domainStorage.setItem': { params: { name?: string; value?: string }; result: Record<string, never> }
  'util.domainStorage.getItem': { params: { name?: string }; result: { value: string } }
  'util.domainStorage.removeItem': { params: { name?: string }; result: Record<string, never> }
}

export interface PickedUser {
  emplId: string
  name: string
  avatar: string
}
export interface PickedDepartment {
  id: number
  name: string
  number: number
}

/** Served only after dd.config was accepted and named them; answer "7" before that. */
export const guardedCalls: readonly string[] = [
  'biz.contact.complexPicker',
  'biz.contact.choose',
  'biz.contact.departmentsPicker',
  'biz.ding.create',
  'biz.util.uploadImage',
  'biz.util.share',
  'device.geolocation.get',
]
