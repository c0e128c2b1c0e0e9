import { useI18n } from 'vue-i18n'

/** Browser and place of a sign-in in words; a session from before they were noted has neither. */
export function useDeviceWords() {
  const { t } = useI18n()
  return {
    deviceText: (device: string | null) => device ?? t('account.scanDeviceUnknown'),
    placeText: (network: string) =>
      network === 'local' || network === '' ? t('account.scanNetworkLocal') : network,
  }
}
