"""Nova without its API: conductor, scheduler and any number of computes in one process.

usage: nova_compute.py --config-file FILE
NOVA_COMPUTES  the hosts, as host[:module.Driver] with commas between; without a driver the host has the fake one"""

import os
import shlex
import sys

import nova.cmd.compute  # noqa: F401  first of all, because it makes threads green
import os_vif
from oslo_log import log as logging
from oslo_privsep import priv_context
from oslo_service import service as oslo_service

from nova.compute import rpcapi as compute_rpcapi
from nova.conductor import rpcapi as conductor_rpcapi
import nova.conf
from nova import config
from nova import objects
from nova.scheduler import rpcapi as scheduler_rpcapi
from nova import service
from nova import utils
import testbed_messaging

CONF = nova.conf.CONF


def main():
    config.parse_args(sys.argv)
    logging.setup(CONF, 'nova')
    priv_context.init(root_helper=shlex.split(utils.get_root_helper()))
    objects.register_all()
    os_vif.initialize()
    objects.Service.enable_min_version_cache()
    launcher = oslo_service.ServiceLauncher(CONF)
    testbed_messaging.serve(CONF)
    for binary, topic in (
        ('nova-conductor', conductor_rpcapi.RPC_TOPIC),
        ('nova-scheduler', scheduler_rpcapi.RPC_TOPIC),
    ):
        launcher.launch_service(service.Service.create(binary=binary, topic=topic))
    for compute in os.environ['NOVA_COMPUTES'].split(','):
        host, _, driver = compute.partition(':')
        CONF.set_override('compute_driver', driver or 'fake.FakeDriver')
        launcher.launch_service(
            service.Service.create(host=host, binary='nova-compute', topic=compute_rpcapi.RPC_TOPIC)
        )
    launcher.wait()


if __name__ == '__main__':
    sys.argv[0] = 'nova-compute'
    main()
