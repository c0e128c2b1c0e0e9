import { country } from '@kangbao/shared/regions/region-path.ts'
import { useTexts } from '../kit/texts.ts'
import { useRegions } from '../submissions/region-names.ts'

/** Names of regions: one by itself, and with those above it. Codes until the list is there. */
export function usePlaceNames() {
  const regions = useRegions()
  const { t } = useTexts()
  return {
    nameOf: (code: string) =>
      code === country ? t('regions.country') : (regions.value?.ownName(code) ?? code),
    fullNameOf: (code: string) =>
      code === country ? t('regions.country') : (regions.value?.nameOf(code) ?? code),
  }
}
