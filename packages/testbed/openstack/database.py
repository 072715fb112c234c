"""Makes the databases of one service, each in one process because most of the time goes into imports.

usage: database.py keystone|placement|glance|nova|neutron|ironic FILE
FILE is the service's configuration. Keystone takes the administrator's password from TESTBED_PASSWORD and its own address
from TESTBED_AUTH_URL; Nova the address of its database cell0 from TESTBED_CELL0."""

import os
import sqlite3
import sys


def keystone(file):
    from keystone.cmd import bootstrap
    from keystone.cmd import cli

    cli.main(['keystone-manage', '--config-file', file, 'db_sync'])
    cli.FernetSetup.initialize_fernet_repository(None, None, 'fernet_tokens')
    first = bootstrap.Bootstrapper()
    first.admin_username = first.project_name = first.admin_role_name = 'admin'
    first.admin_password = os.environ['TESTBED_PASSWORD']
    first.service_name = 'keystone'
    first.service_id, first.endpoints = None, {}
    first.region_id = 'RegionOne'
    first.public_url = first.internal_url = first.admin_url = os.environ['TESTBED_AUTH_URL']
    first.immutable_roles = True
    first.bootstrap()
    return cli.CONF.database.connection


def placement(file):
    from oslo_config import cfg
    from placement import conf
    from placement import db_api
    from placement.db.sqlalchemy import migration

    config = cfg.ConfigOpts()
    conf.register_opts(config)
    config(['--config-file', file], project='placement')
    db_api.configure(config)
    migration.upgrade('head')
    return config.placement_database.connection


def glance(file):
    from glance.cmd import manage

    sys.argv = ['glance-manage', '--config-file', file, 'db_sync']
    manage.main()
    return manage.CONF.database.connection


def nova(file):
    from nova.cmd import manage
    from nova import config
    from nova import objects
    from oslo_log import log as logging

    config.parse_args(['nova-manage', '--config-file', file])
    logging.setup(manage.CONF, 'nova')
    objects.register_all()
    cell0, cell1 = os.environ['TESTBED_CELL0'], manage.CONF.database.connection
    cells = manage.CellV2Commands()
    for step in (
        lambda: manage.ApiDbCommands().sync(),
        lambda: cells.map_cell0(database_connection=cell0),
        lambda: manage.DbCommands().sync(),
        lambda: cells.create_cell(
            name='cell1', database_connection=cell1, transport_url=manage.CONF.transport_url
        ),
    ):
        if step():
            sys.exit('nova-manage failed')
    return [manage.CONF.api_database.connection, cell0, cell1]


def neutron(file):
    from neutron.db.migration.models import head
    from oslo_config import cfg
    import oslo_db.options
    import sqlalchemy as sa

    oslo_db.options.set_defaults(cfg.CONF)
    cfg.CONF(['--config-file', file], project='neutron')
    # From the models: the migrations alter constraints, which SQLite cannot.
    head.get_metadata().create_all(sa.create_engine(cfg.CONF.database.connection))
    return cfg.CONF.database.connection


def ironic(file):
    from ironic.cmd import dbsync

    sys.argv = ['ironic-dbsync', '--config-file', file, 'create_schema']
    dbsync.main()
    return dbsync.CONF.database.connection


def main(service, file):
    made = globals()[service](os.path.abspath(file))
    for url in [made] if isinstance(made, str) else made:
        # Readers and one writer do not wait for each other. The file remembers this mode.
        path, _, _ = url.removeprefix('sqlite:///').partition('?')
        sqlite3.connect(path).execute('PRAGMA journal_mode=WAL')


if __name__ == '__main__':
    main(*sys.argv[1:])
