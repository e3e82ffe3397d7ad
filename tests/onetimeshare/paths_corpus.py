"""What scanners ask every server for: three hundred paths behind which nothing of ours may be."""

_HIDDEN = """
.git/ .git/HEAD .git/config .git/index .git/logs/HEAD .git/objects/info/packs .gitignore .gitattributes
.gitmodules .svn/entries .svn/wc.db .hg/store .bzr/README .env .env.local .env.production .env.bak .env~
.envrc .htaccess .htpasswd .DS_Store .npmrc .pypirc .netrc .bash_history .ssh/id_rsa .ssh/authorized_keys
.aws/credentials .docker/config.json .dockerignore .github/workflows/ci.yml .gitlab-ci.yml
.vscode/settings.json .idea/workspace.xml .venv/pyvenv.cfg .mypy_cache/ .pytest_cache/ .coverage
.well-known/ .well-known/openid-configuration .well-known/acme-challenge/
"""
_OF_THE_CLONE = """
manage.py pyproject.toml package.json package-lock.json Makefile README.md CHANGELOG.md LICENSE SECURITY.md
CONTRIBUTING.md requirements/ requirements/base.txt requirements.txt docker/Dockerfile Dockerfile
compose.yml docker-compose.yml docker-compose.override.yml onetimeshare/settings.py
onetimeshare/settings_place.py settings.py local_settings.py onetimeshare/__init__.py
onetimeshare/__pycache__/settings.cpython-311.pyc shares/models/share.py accounts/tokens.py
templates/base.html templates/shares/send.html locale/de/LC_MESSAGES/django.po tests/settings.py
frontend/build.mjs frontend/dist/app/page.js node_modules/ docs/operations.md docs/ wsgi.py
onetimeshare/wsgi.py var/ var/secret_key secret_key data/secret_key data/sealkeys/ sealkeys/
data/shares/blobs/ blobs/ incoming/
"""
_BACKUPS = """
backup.sql backup.zip backup.tar.gz backup.tgz backup/ backups/ db.sql dump.sql dump.rdb appendonly.aof
database.sql db.sqlite3 site.tar.gz www.zip www.tar.gz html.tar old/ old.zip bak/ index.html~ index.html.bak
index.php.old settings.py.bak settings.py~ settings.py.swp .settings.py.swp manage.py.orig config.bak
config.old onetimeshare.sql onetimeshare.zip onetimeshare.tar.gz export.csv users.csv audit.csv logs/ log/
error.log access.log debug.log gunicorn.log nginx.log core core.1234 heap.hprof
"""
_OTHERS = """
admin/doc/ admin/docs/ admin/doc/models/ admin/doc/views/ admin/doc/templates/base.html/ admin/shell/
admin/static/ admin/media/ admin.php administrator/ adminer.php phpmyadmin/ pma/ wp-admin/ wp-login.php
wp-config.php wp-config.php.bak xmlrpc.php phpinfo.php info.php index.php test.php shell.php cgi-bin/
cgi-bin/test.cgi server-status server-info nginx_status stub_status status/ health actuator actuator/env
actuator/heapdump actuator/health console h2-console/ debug/ __debug__/ __debug__/render_panel/ silk/
django-rq/ flower/ graphql graphiql swagger swagger.json swagger-ui.html openapi.json api-docs v2/api-docs
redoc/ docs/api.md api/ api/v1/admin api/v1/users api/v1/accounts api/v1/config api/v2/ api/v1/openapi.yaml
api/v1/shares/../own media/ uploads/ files/ download?file=../../etc/passwd crossdomain.xml
clientaccesspolicy.xml web.config WEB-INF/web.xml META-INF/MANIFEST.MF trace.axd elmah.axd config.json
config.yml config.php config/ configuration.php private/ secret/ secrets/ keys/ key.pem server.key
privkey.pem id_rsa cert.pem proc/self/environ etc/passwd etc/shadow metrics/ prometheus prometheus/metrics
debug/pprof/ sitemap.xml.gz service-worker.js sw.js source.map app.js.map jmx-console/ manager/html solr/
jenkins/ _profiler/ telescope/ horizon/ vendor/autoload.php composer.json composer.lock Gemfile yarn.lock
Pipfile poetry.lock
"""
# From below /static/, where files do lie, to a secret beside it; {} is where it lies.
_UP = """
../{} ../../{} ../../../../../../{} %2e%2e/{} %2e%2e%2f{} ..%2f{} ..%2f..%2f{} .%2e/{} %2e./{}
%252e%252e%252f{} ..%252f{} ..%c0%af{} ..%ef%bc%8f{} %c0%ae%c0%ae/{} ..\\{} ..%5c{} ..%5c..%5c{} %2e%2e%5c{}
....//{} ..../{} ..;/{} .;/../{} ./../{} shares/../../{} shares/%2e%2e/%2e%2e/{} /../{} //{} %2f..%2f{}
%00/../{} ..%00/{} ..%0d%0a/{} %2e%2e%00{} ..%2f%2f{} ?/../{} \x2e\x2e/{} ..%u2215{} %uff0e%uff0e/{}
app/..%2f..%2f{} admin/../../{} ~/{}
"""
_TARGETS = ("secret.txt", "etc/passwd")

PATHS = sorted(
    {
        *(f"/{path}" for path in (_HIDDEN + _OF_THE_CLONE + _BACKUPS + _OTHERS).split()),
        *(f"/static/{way.format(target)}" for way in _UP.split() for target in _TARGETS),
        *(f"/{way.format('etc/passwd')}" for way in _UP.split() if way[0] != "?"),
        *(
            f"/static/{name}"
            for name in ("", "app/", "admin/", "staticfiles.json", "app", ".", "..", "%2e", "%2e%2e")
        ),
    }
)
