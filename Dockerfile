# Holdpoint on the official Airflow image. Checked by tests/deploy; where it was made there was no Docker engine to build it.
FROM apache/airflow:3.3.2-python3.11

# What an Airflow does not bring along, at versions that the base image's own constraints allow. As the base's user: its pip
# refuses root. Naming Airflow's version again makes pip fail, not move Airflow, where the two cannot agree.
COPY requirements-overlay.txt deploy/under_constraints.py /tmp/build/
RUN python /tmp/build/under_constraints.py /tmp/build/requirements-overlay.txt "${AIRFLOW_USER_HOME_DIR}/constraints.txt" \
        > /tmp/requirements.txt \
    && pip install --no-cache-dir --constraint "${AIRFLOW_USER_HOME_DIR}/constraints.txt" \
        --requirement /tmp/requirements.txt "apache-airflow==${AIRFLOW_VERSION}" \
    && pip check \
    && rm /tmp/requirements.txt

# The code belongs to root: what runs here cannot change what runs here. plugins/.airflowignore comes along with plugins/.
USER root
COPY dags /opt/airflow/dags
COPY plugins /opt/airflow/plugins
COPY include /opt/airflow/include
COPY holdpoint /opt/airflow/holdpoint
COPY deploy/airflow.cfg /opt/airflow/config/airflow.cfg
COPY deploy/entrypoint.sh /opt/holdpoint/entrypoint.sh

# The base image ships no bytecode; without it every task compiles Airflow anew. Some packages hold templates that are no
# Python, so the result of compiling the packages does not count; that of our own code does.
RUN chmod 0755 /opt/airflow/holdpoint /opt/holdpoint/entrypoint.sh \
    && mkdir -p /opt/airflow/var /opt/airflow/logs \
    && chown -R 50000:0 /opt/airflow/var /opt/airflow/logs \
    && { python -m compileall -q -j 0 "${AIRFLOW_USER_HOME_DIR}/.local/lib" || true; } \
    && python -m compileall -q /opt/airflow/dags /opt/airflow/plugins /opt/airflow/include

ENV PYTHONPATH=/opt/airflow \
    HOLDPOINT_HOME=/opt/airflow/var \
    HOLDPOINT_PYTHON=/home/airflow/.local/bin/python \
    AIRFLOW_CONFIG=/opt/airflow/config/airflow.cfg

USER 50000:0
WORKDIR /opt/airflow

# The core loads, and every tool contract has its owner, under the versions that were really installed.
RUN ./holdpoint contracts check

ENTRYPOINT ["/usr/bin/dumb-init", "--", "/opt/holdpoint/entrypoint.sh"]
