import { createHash } from 'node:crypto'
import { Enums, Models, Serialize, Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { PackageURL } from 'packageurl-js'
import type { Installed } from './installed.ts'
import { licenceOf } from './licences.ts'
import type { LockedPackage, Lockfile } from './lockfile.ts'

export interface SbomInput {
  readonly lock: Lockfile
  readonly installed: ReadonlyMap<string, Installed>
  readonly version: string
}

/**
 * The bill of materials of the product (S-94): CycloneDX 1.6, JSON, every package of the production tree with its
 * hash, licence and what it needs. The same lock file gives the same text, so that two builds can be compared.
 */
export function sbomOf({ lock, installed, version }: SbomInput): string {
  const bom = new Models.Bom()
  const product = new Models.Component(Enums.ComponentType.Application, 'kangbao', {
    bomRef: 'kangbao',
    version,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense('Apache-2.0')]),
  })
  bom.metadata.component = product
  bom.serialNumber = serialOf(lock)
  const components = new Map(
    lock.packages
      .filter(({ id }) => lock.production.has(id))
      .map((locked) => [locked.id, componentOf(locked, installed.get(locked.id))]),
  )
  for (const [id, component] of components) {
    bom.components.add(component)
    for (const needed of lock.edges.get(id) ?? []) addTo(component, components.get(needed))
  }
  for (const [by, needs] of lock.edges)
    if (by.startsWith('importer ')) for (const id of needs) addTo(product, components.get(id))
  const normalise = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)
  return new Serialize.JsonSerializer(normalise).serialize(bom, { sortLists: true, space: 2 })
}

const addTo = (by: Models.Component, needed: Models.Component | undefined): void => {
  if (needed) by.dependencies.add(needed.bomRef)
}

function componentOf(locked: LockedPackage, installed: Installed | undefined): Models.Component {
  const { id, name, version, resolution } = locked
  const [group, bare] = name.startsWith('@') ? name.split('/') : [undefined, name]
  const component = new Models.Component(Enums.ComponentType.Library, bare ?? name, {
    bomRef: id,
    version,
    purl: new PackageURL('npm', group ?? null, bare ?? name, version, null, null).toString(),
    ...(group ? { group } : {}),
  })
  const licence = licenceOf(locked, installed)
  if (licence) component.licenses.add(asLicence(licence))
  const { integrity } = resolution
  if (typeof integrity === 'string' && integrity.startsWith('sha512-'))
    component.hashes.set(
      Enums.HashAlgorithm['SHA-512'],
      Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex'),
    )
  return component
}

const asLicence = (expression: string): Models.License =>
  / (OR|AND) /.test(expression)
    ? new Models.LicenseExpression(expression)
    : new Models.SpdxLicense(expression)

/** A UUID made from what is in it. */
function serialOf({ production }: Lockfile): string {
  const hex = createHash('sha256')
    .update([...production].toSorted().join('\n'))
    .digest('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
  return `urn:uuid:${parts.join('-')}`
}

/** What the published schema of CycloneDX finds wrong with a text; nothing when it is right. */
export const sbomFault = async (text: string): Promise<unknown> =>
  new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)
