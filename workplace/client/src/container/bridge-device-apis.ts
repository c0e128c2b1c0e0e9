import type { BridgeApi } from './bridge-apis.ts'
import { choicesOf, numberOf, textOf, textsOf } from './bridge-params.ts'
import { badParameters, cancelled } from './bridge-wire.ts'

const defaultToastSeconds = 3
const longestToastSeconds = 10

const scan: BridgeApi = async (params, { services }) => {
  const type = textOf(params, 'type')
  const text = await services.scan(type === 'qrCode' || type === 'barCode' ? type : 'all')
  if (text === undefined) throw cancelled()
  return { text }
}

const locate: BridgeApi = async (params, { services }) => {
  const place = await services.locate(numberOf(params, 'targetAccuracy', 200) <= 100)
  return { ...place, address: '', province: '', city: '', district: '', road: '', provider: 'browser' }
}

const toastKind = (icon: string) => (icon === 'success' || icon === 'error' ? icon : 'plain')

const notificationApis: Record<string, BridgeApi> = {
  'device.notification.alert': (params, { services }) =>
    services.alert(textOf(params, 'title'), textOf(params, 'message'), textOf(params, 'buttonName')),
  'device.notification.confirm': async (params, { services }) => ({
    buttonIndex: await services.confirm(
      textOf(params, 'title'),
      textOf(params, 'message'),
      textsOf(params, 'buttonLabels'),
    ),
  }),
  'device.notification.toast': (params, { services }) => {
    const seconds = Math.min(longestToastSeconds, numberOf(params, 'duration', defaultToastSeconds))
    return services.toast(textOf(params, 'text'), toastKind(textOf(params, 'icon')), seconds * 1000)
  },
  'device.notification.showPreloader': (params, { services }) =>
    services.showPreloader(textOf(params, 'text')),
  'device.notification.hidePreloader': (_params, { services }) => services.hidePreloader(),
  'device.notification.actionSheet': async (params, { services }) => {
    const rows = textsOf(params, 'otherButtons')
    if (rows.length === 0) throw badParameters('otherButtons is required')
    return {
      buttonIndex: await services.actionSheet(textOf(params, 'title'), rows, textOf(params, 'cancelButton')),
    }
  },
}

const pickDateTime =
  (kind: 'date' | 'time' | 'datetime'): BridgeApi =>
  async (params, { services }) => {
    const value = await services.pickDateTime(kind, textOf(params, 'value'), textOf(params, 'format'))
    if (value === undefined) throw cancelled()
    return { value }
  }

const chosen: BridgeApi = async (params, { services }) => {
  const source = choicesOf(params, 'source')
  if (source.length === 0) throw badParameters('source is required')
  const choice = await services.choose(source, textOf(params, 'selectedKey'))
  if (!choice) throw cancelled()
  return choice
}

export const deviceApis: Record<string, BridgeApi> = {
  'biz.util.scan': scan,
  'device.geolocation.get': locate,
  'biz.util.chosen': chosen,
  'biz.util.datepicker': pickDateTime('date'),
  'biz.util.timepicker': pickDateTime('time'),
  'biz.util.datetimepicker': pickDateTime('datetime'),
  ...notificationApis,
}
