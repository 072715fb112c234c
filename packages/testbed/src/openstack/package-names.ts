/** Debian's libraries of each service: they bring no service files, ask nothing and start nothing. */
export const packageNames = [
  'python3-keystone',
  'python3-placement',
  'python3-glance',
  'python3-neutron',
  'python3-nova',
  'python3-ironic',
  'python3-openstackclient',
  'python3-ironicclient',
  'uwsgi-core',
  'uwsgi-plugin-python3',
  'genisoimage', // config drives
] as const

export const hypervisorPackageNames = [
  'qemu-system-x86',
  'qemu-utils',
  'libvirt-daemon',
  'libvirt-daemon-driver-qemu',
  'libvirt-clients',
  'python3-libvirt',
  'iproute2', // takes the guests' bridges away
] as const
