import type { ApiScope } from '@kangbao/shared/contracts/api-scope.ts'
import { eventTypes, type EventType } from '@kangbao/shared/contracts/events.ts'
import { testEventType } from '@kangbao/shared/contracts/webhooks.ts'
import { useTexts } from '../kit/texts.ts'

/** Keys of texts have no dots of their own. */
const keyOf = <Name extends string>(name: Name) => name.replaceAll('.', '-')

/** What scopes and events are called. */
export function useOpenApiNames() {
  const { t } = useTexts()
  const isKnown = (type: string): type is EventType => eventTypes.some((each) => each === type)
  return {
    scopeText: (scope: ApiScope) => t(`tokens.scope-${keyOf(scope)}`),
    scopeName: (scope: ApiScope) => t(`tokens.scope-short-${keyOf(scope)}`),
    /** One of a later version keeps its own name. */
    eventName: (type: string) =>
      type === testEventType ? t('deliveries.test') : isKnown(type) ? t(`events.type-${keyOf(type)}`) : type,
  }
}
