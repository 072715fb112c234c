"""The transport testbed:// of oslo.messaging: no broker. Conductor, scheduler and computes share one process and talk
through its memory, as in Nova's own functional tests. The API is a process of its own, so that it can die alone, and
hands each message over through a unix socket.

TESTBED_MESSAGING  path of that socket"""

import os
import queue
import socket
import threading
import time

import oslo_messaging
from oslo_messaging._drivers import base
from oslo_messaging._drivers import common
from oslo_messaging._drivers import impl_fake
from oslo_serialization import jsonutils

import testbed_sqlite  # noqa: F401, both processes of Nova load this transport

_arrived = threading.Condition()
_served = False
_PATIENCE = 60  # seconds that a message waits for the process that takes it


class TestbedDriver(impl_fake.FakeDriver):
    def __init__(self, conf, url, default_exchange=None, allowed_remote_exmods=None):
        super().__init__(conf, url, default_exchange, allowed_remote_exmods)
        self._exmods = allowed_remote_exmods or []

    def send(self, target, ctxt, message, wait_for_reply=None, timeout=None, **_):
        if not _served:
            return self._hand_over(target, ctxt, message, wait_for_reply, timeout)
        return self.deliver(target, ctxt, message, wait_for_reply, timeout)

    def deliver(self, target, ctxt, message, wait_for_reply, timeout):
        self._check_serialize(message)
        replies = queue.Queue() if wait_for_reply else None
        exchange = self._exchange_manager.get_exchange(target.exchange)
        exchange.deliver_message(
            target.topic, ctxt, message, server=target.server, fanout=target.fanout, reply_q=replies
        )
        with _arrived:
            _arrived.notify_all()
        if replies is None:
            return None
        try:
            reply, failure = replies.get(timeout=timeout)
        except queue.Empty:
            raise oslo_messaging.MessagingTimeout('no reply on topic %s' % target.topic)
        if failure:
            raise failure
        return reply

    def _hand_over(self, target, ctxt, message, wait_for_reply, timeout):
        request = {
            'target': {
                'exchange': target.exchange or self._default_exchange,
                'topic': target.topic,
                'server': target.server,
                'fanout': target.fanout,
            },
            'ctxt': ctxt,
            'message': message,
            'wait': bool(wait_for_reply),
            'timeout': timeout,
        }
        end = time.monotonic() + (timeout or _PATIENCE)
        line = _exchange(request, end)
        # As a broker does, which keeps what nobody has acknowledged. An answer that is lost stays lost.
        while not line and not wait_for_reply:
            line = _exchange(request, end)
        if not line:
            raise oslo_messaging.MessagingTimeout('the compute process died over a message')
        answer = jsonutils.loads(line)
        if answer['failure']:
            raise common.deserialize_remote_exception(answer['failure'], self._exmods)
        return answer['reply']

    def listen(self, target, batch_size, batch_timeout):
        exchange = target.exchange or self._default_exchange
        targets = [
            oslo_messaging.Target(topic=target.topic, server=target.server, exchange=exchange),
            oslo_messaging.Target(topic=target.topic, exchange=exchange),
        ]
        return base.PollStyleListenerAdapter(
            _Listener(self._exchange_manager, targets), batch_size, batch_timeout
        )


class _Listener(impl_fake.FakeListener):
    """Woken by a message, where FakeListener looks twenty times a second."""

    @base.batch_poll_helper
    def poll(self, timeout=None):
        end = None if timeout is None else time.monotonic() + timeout
        with _arrived:
            while not self._stopped.is_set():
                for target in self._targets:
                    exchange = self._exchange_manager.get_exchange(target.exchange)
                    ctxt, message, reply_q, requeue = exchange.poll(target, self._pool)
                    if message is not None:
                        return impl_fake.FakeIncomingMessage(ctxt, message, reply_q, requeue)
                left = None if end is None else end - time.monotonic()
                if left is not None and left <= 0:
                    return None
                _arrived.wait(left)
        return None

    def stop(self):
        super().stop()
        with _arrived:
            _arrived.notify_all()


def serve(conf):
    """Takes what the API hands over, for as long as this process lives."""
    global _served
    _served = True
    path = os.environ['TESTBED_MESSAGING']
    driver = TestbedDriver(conf, None)
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(128)
    threading.Thread(target=_accept, args=(listener, driver), daemon=True).start()


def _accept(listener, driver):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_take, args=(connection, driver), daemon=True).start()


def _take(connection, driver):
    with connection, connection.makefile('rwb') as stream:
        line = stream.readline()
        if not line.endswith(b'\n'):
            return  # the API died, or somebody only looked whether this process listens
        request = jsonutils.loads(line)
        answer = {'reply': None, 'failure': None}
        try:
            answer['reply'] = driver.deliver(
                oslo_messaging.Target(**request['target']),
                request['ctxt'],
                request['message'],
                request['wait'],
                request['timeout'],
            )
        except Exception as failure:
            info = (type(failure), failure, failure.__traceback__)
            answer['failure'] = common.serialize_remote_exception(info)
        stream.write(jsonutils.dump_as_bytes(answer) + b'\n')


def _exchange(request, end):
    """Hands a message over and gives back the line that answers it, empty when the other process died over it."""
    with _connect(end) as connection:
        try:
            connection.sendall(jsonutils.dump_as_bytes(request) + b'\n')
            return connection.makefile('rb').readline()
        except OSError:
            return b''


def _connect(end):
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(os.environ['TESTBED_MESSAGING'])
            return connection
        except OSError:
            connection.close()
            if time.monotonic() >= end:
                raise oslo_messaging.MessageDeliveryFailure('no compute process listens')
            time.sleep(0.1)
