import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { showFailToast } from 'vant'
import { downloadImportTemplate, exportDirectory } from '@kangbao/workplace/contracts/imports.ts'
import { fetchBlob } from '@/api/client.ts'
import { useErrorText } from '@/api/error-text.ts'
import { saveFile } from '@/api/save-file.ts'

/** The template and the exported directory as downloads. */
export function useDirectoryExport(orgId: () => string) {
  const { t } = useI18n()
  const errorText = useErrorText()
  const isBusy = ref(false)

  async function download(fetch: () => Promise<Blob>, name: string) {
    isBusy.value = true
    try {
      saveFile(await fetch(), name)
    } catch (error) {
      showFailToast(errorText(error))
    } finally {
      isBusy.value = false
    }
  }

  const params = () => ({ params: { orgId: orgId() } })
  return {
    isBusy,
    template: () => download(() => fetchBlob(downloadImportTemplate, params()), t('import.templateName')),
    exportAll: () => download(() => fetchBlob(exportDirectory, params()), t('import.exportName')),
  }
}
