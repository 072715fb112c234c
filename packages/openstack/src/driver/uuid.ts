/** The form of every id that Nova, Neutron, Glance and Ironic give, but for those of flavors. */
export const UUID: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The same as the services themselves write it: a data base may compare without case and find what is spelt otherwise. */
export const WRITTEN_UUID: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
