"""Ironic's fake interfaces with switches by which one node fails. They are read from its driver_info at every action:

testbed_delay  seconds that every deploy, tear-down and power action takes, with the node locked
testbed_fail   which of deploy, tear_down, power and power_get fail, a list with commas
testbed_lie    power changes are accepted and change nothing"""

import time

from ironic.common import exception
from ironic.common import states
from ironic.drivers import base
from ironic.drivers.modules import fake


def _fails(task, action):
    info = task.node.driver_info
    if action != 'power_get':
        time.sleep(float(info.get('testbed_delay') or 0))
    return action in str(info.get('testbed_fail') or '').split(',')


class TestbedDeploy(fake.FakeDeploy):
    @base.deploy_step(priority=100)
    def deploy(self, task):
        if _fails(task, 'deploy'):
            raise exception.InstanceDeployFailure('the testbed was told to fail this deploy')
        # As a real deploy ends: FakeDeploy leaves the node powered off.
        task.driver.power.set_power_state(task, states.POWER_ON)

    def tear_down(self, task):
        if _fails(task, 'tear_down'):
            raise exception.InstanceDeployFailure('the testbed was told to fail this tear-down')
        task.driver.power.set_power_state(task, states.POWER_OFF)
        return super().tear_down(task)


class TestbedPower(fake.FakePower):
    def get_power_state(self, task):
        if _fails(task, 'power_get'):
            raise exception.PowerStateFailure(pstate='unknown: the testbed was told to lose it')
        # FakePower has no state before the first power action, and allocations pass over a node without one.
        return super().get_power_state(task) or states.POWER_OFF

    def set_power_state(self, task, power_state, timeout=None):
        if _fails(task, 'power'):
            raise exception.PowerStateFailure(pstate=power_state)
        if not task.node.driver_info.get('testbed_lie'):
            super().set_power_state(task, power_state, timeout)

    def reboot(self, task, timeout=None):
        if _fails(task, 'power'):
            raise exception.PowerStateFailure(pstate='rebooting')
