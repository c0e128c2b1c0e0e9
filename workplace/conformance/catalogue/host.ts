import { all, differs, yes, type Group } from './entry.ts'

const jsapi = (names: readonly string[]) => names.map((name) => `JSAPI ${name}`)

/** What the container offers the page of an app, by the three-part names of the bridge. */
export const host: readonly Group[] = [
  {
    title: 'JSAPI',
    section: '§5.3, §6',
    entries: [
      ...all(
        yes,
        jsapi([
          'runtime.permission.requestJsApis',
          'runtime.permission.requestAuthCode',
          'runtime.permission.requestAuthCodeV2',
          'runtime.permission.requestOperateAuthCode',
        ]),
        ['permission and auth codes', ''],
      ),
      yes(
        'JSAPI biz.util.callComponent',
        'the consent kit: openAuth',
        'consent of the person, not of the org',
      ),
      yes(
        'JSAPI runtime.permission.getAuthInfo',
        'the same without the kit',
        'consent of the person, not of the org',
      ),
      ...all(
        yes,
        jsapi(['biz.contact.complexPicker', 'biz.contact.choose', 'biz.contact.departmentsPicker']),
        ['pick people and departments', ''],
      ),
      yes('JSAPI biz.ding.create', 'a DING of the person', 'sent once the person has confirmed it'),
      ...all(
        yes,
        jsapi([
          'biz.navigation.setTitle',
          'biz.navigation.setRight',
          'biz.navigation.setLeft',
          'biz.navigation.setMenu',
          'biz.navigation.close',
          'biz.navigation.goBack',
        ]),
        ['title bar', ''],
      ),
      ...all(
        yes,
        jsapi([
          'device.notification.alert',
          'device.notification.confirm',
          'device.notification.toast',
          'device.notification.showPreloader',
          'device.notification.hidePreloader',
          'device.notification.actionSheet',
        ]),
        ['dialogues', ''],
      ),
      ...all(
        yes,
        jsapi(['biz.util.chosen', 'biz.util.datepicker', 'biz.util.timepicker', 'biz.util.datetimepicker']),
        ['choose from a list, a date, a time', ''],
      ),
      yes('JSAPI biz.util.scan', 'scan a code', 'by camera, picture or pasted text'),
      differs('JSAPI device.geolocation.get', 'where the person is', 'no address: there is no map service'),
      ...all(
        yes,
        jsapi(['biz.util.uploadImage', 'biz.util.uploadImageFromCamera', 'biz.util.previewImage']),
        ['pictures', ''],
      ),
      ...all(yes, jsapi(['biz.util.openLink', 'biz.util.share']), ['links', '']),
      ...all(
        yes,
        jsapi(['util.domainStorage.setItem', 'util.domainStorage.getItem', 'util.domainStorage.removeItem']),
        ['storage of the app', ''],
      ),
      ...all(yes, jsapi(['biz.telephone.call', 'biz.telephone.showCallMenu']), ['call somebody', '']),
    ],
  },
  {
    title: 'Behaviour of all calls',
    section: '§8',
    entries: [
      yes('POST oapi/topapi/*', 'unknown names are errcode 22'),
      yes(
        'BEHAVIOUR errors',
        'oapi: HTTP 200 and errcode; topapi token errors in sub_code; api: 4xx and code',
      ),
      yes(
        'BEHAVIOUR rate',
        'so many calls a second of one app and API: 88 / 90018, HTTP 403 QpsLimit',
        'counted for each token',
      ),
      yes(
        'BEHAVIOUR ban',
        'a flood from one address: status 1111 for five minutes',
        'the HTML page by a fault switch',
      ),
      yes(
        'BEHAVIOUR monthly quota',
        '90020, ApiCountLimitForOrg',
        'a switch of the operator, off at first: DingTalk counts internal apps only',
      ),
      yes('BEHAVIOUR address list', '60020, IpNotInWhiteList', 'once the app has named addresses'),
    ],
  },
]
