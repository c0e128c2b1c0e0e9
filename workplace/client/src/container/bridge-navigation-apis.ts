import type { BridgeApi } from './bridge-apis.ts'
import { flagOf, itemsOf, numberOf, requiredText, textOf, textsOf, webUrl } from './bridge-params.ts'
import { plainUrl } from './link-target.ts'

const refreshButtonOnly = 2
const mostEntries = 8
const longestEntry = 20

export const navigationApis: Record<string, BridgeApi> = {
  'biz.navigation.setTitle': (params, { services }) => services.setTitle(textOf(params, 'title')),
  'biz.navigation.setRight': (params, { services }) =>
    services.setRight({
      text: textOf(params, 'text'),
      show: flagOf(params, 'show', true),
      control: flagOf(params, 'control', true),
    }),
  'biz.navigation.setLeft': (params, { services }) =>
    services.setLeft({ text: textOf(params, 'text'), control: flagOf(params, 'control') }),
  'biz.navigation.setMenu': (params, { services }) =>
    services.setMenu(
      itemsOf(params, 'items')
        .map((item) => ({ id: textOf(item, 'id'), text: textOf(item, 'text').slice(0, longestEntry) }))
        .filter(({ text }) => text !== '')
        .slice(0, mostEntries),
    ),
  'biz.navigation.close': (_params, { services }) => services.close(),
  'biz.navigation.goBack': (_params, { services }) => services.goBack(),

  'biz.util.openLink': (params, { services, href }) =>
    services.openLink(webUrl(plainUrl(requiredText(params, 'url')), href)),
  'biz.util.share': (params, { services, href }) =>
    services.share({
      url: webUrl(textOf(params, 'url', href), href).href,
      title: textOf(params, 'title'),
      content: textOf(params, 'content'),
      image: textOf(params, 'image'),
      refreshOnly: numberOf(params, 'type', 0) === refreshButtonOnly,
    }),
  'biz.util.previewImage': (params, { services, href }) => {
    const urls = textsOf(params, 'urls').map((url) => webUrl(url, href).href)
    services.previewImages(urls, textOf(params, 'current'))
  },
}
