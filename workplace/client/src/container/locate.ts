import { BridgeRefusal, bridgeCode } from './bridge-wire.ts'
import type { Place } from './bridge-services.ts'

const timeoutMs = 15_000
/** The platform's own promise: a place may be two minutes old. */
const freshMs = 120_000

/** The device's place, from the browser. */
export function locate(highAccuracy: boolean): Promise<Place> {
  return new Promise((resolve, reject) => {
    if (!('geolocation' in navigator))
      return reject(new BridgeRefusal(bridgeCode.badParameters, 'no geolocation'))
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy }),
      ({ code, message, PERMISSION_DENIED }) =>
        reject(
          new BridgeRefusal(
            code === PERMISSION_DENIED ? bridgeCode.notPermitted : bridgeCode.badParameters,
            message,
          ),
        ),
      { enableHighAccuracy: highAccuracy, timeout: timeoutMs, maximumAge: freshMs },
    )
  })
}
