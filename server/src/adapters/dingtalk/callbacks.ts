import type { Suite } from '../../config.ts'
import type { Clock } from '../../ports/clock.ts'
import { ForgedCallback, type WorkplaceCallbacks } from '../../ports/workplace-callbacks.ts'
import { CallbackCryptoError, decryptCallback, encryptCallback, type CallbackKeys } from './crypto.ts'

/** Owner key of URL checks made before the suite exists. */
const ownerBeforeCreation = 'suite4xxxxxxxxxxxxxxx'

export function dingtalkCallbacks(suites: readonly Suite[], clock: Clock): WorkplaceCallbacks {
  function keysOf(app: string, ownerKey?: string): CallbackKeys {
    const suite = suites.find((each) => each.app === app)
    if (!suite) throw new ForgedCallback('suite')
    return {
      token: suite.callbackToken,
      aesKey: suite.callbackAesKey,
      ownerKey: ownerKey ?? suite.suiteKey,
    }
  }

  return {
    open(app, sealed) {
      try {
        return decryptCallback(keysOf(app), sealed)
      } catch (error) {
        const isCheck = error instanceof CallbackCryptoError && error.step === 'owner'
        const text = isCheck ? openCheck(keysOf(app, ownerBeforeCreation), sealed) : null
        if (text !== null) return text
        if (error instanceof CallbackCryptoError) throw new ForgedCallback(error.step, { cause: error })
        throw error
      }
    },
    seal(app, text) {
      const sealed = encryptCallback(keysOf(app), text, { timestamp: String(clock.now()) })
      return {
        msg_signature: sealed.signature,
        timeStamp: sealed.timestamp,
        nonce: sealed.nonce,
        encrypt: sealed.encrypt,
      }
    },
  }
}

/** Only the URL check comes under the placeholder owner; everything else under it is forged. */
function openCheck(keys: CallbackKeys, sealed: Parameters<WorkplaceCallbacks['open']>[1]): string | null {
  try {
    const text = decryptCallback(keys, sealed)
    return text.includes('"check_create_suite_url"') ? text : null
  } catch {
    return null
  }
}
