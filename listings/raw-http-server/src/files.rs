//! A folder, served: which file, which variant of it, whether at all, which part.

mod conditions;
mod encoding;
mod kinds;
mod path;
mod range;
mod root;

pub use root::Root;

use crate::connection::{Failure, Request};
use crate::response::{Content, Response};
use conditions::{Outcome, Validators};
use encoding::Coding;
use http_wire::Method;
use path::Place;
use range::Wanted;
use root::Found;
use std::fs::File;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

/// Serves the files of a folder.
///
/// A file `page.html` with a newer `page.html.br` or `page.html.gz` beside it is sent
/// compressed to those who accept that. A folder is its `index.html`. Names that begin
/// with a dot are not served, `.well-known` excepted.
#[derive(Debug)]
pub struct Files {
    root: RwLock<Arc<Root>>,
    not_found: Option<String>,
    cache_control: Option<String>,
}

/// A file that will be sent.
struct Chosen {
    file: File,
    validators: Validators,
    length: u64,
    coding: Option<Coding>,
}

impl Files {
    /// Serves what is in this root.
    pub fn new(root: Root) -> Files {
        Files {
            root: RwLock::new(Arc::new(root)),
            not_found: None,
            cache_control: None,
        }
    }

    /// The same, with a page of the root for what is not found, as in `404.html`.
    pub fn not_found_page(self, name: &str) -> Files {
        let not_found = Some(name.to_string());
        Files { not_found, ..self }
    }

    /// The same, with a `Cache-Control` field.
    pub fn cache_control(self, value: &str) -> Files {
        let cache_control = Some(value.to_string());
        Files {
            cache_control,
            ..self
        }
    }

    /// Serves another root from now on. Files that are being sent come to their end;
    /// the old root is dropped when the last request that looks into it is done.
    pub fn swap(&self, root: Root) {
        let mut current = self.root.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(root);
    }

    fn root(&self) -> Arc<Root> {
        let root = self.root.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&root)
    }

    // ANCHOR: files-serve
    /// The answer to a request for a file.
    ///
    /// # Errors
    /// The disk's. Whatever a peer asks for is answered.
    pub async fn serve(&self, request: &Request) -> Result<Response, Failure> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return Ok(Response::page(405).with("Allow", "GET, HEAD"));
        }
        let place = match Place::of(request.path()) {
            Ok(place) => place,
            Err(404) => return self.not_found().await,
            Err(status) => return Ok(Response::page(status)),
        };
        let root = self.root();
        match root.find(place.file()).await {
            Ok(Found::File(file)) => {
                self.send(request, &root, place.file(), file).await
            }
            Ok(Found::Folder) if !place.is_folder() => Ok(to_folder(request)),
            Ok(Found::Folder | Found::Other) => self.not_found().await,
            Err(error) => match status_of(&error) {
                Some(404) => self.not_found().await,
                Some(status) => Ok(Response::page(status)),
                None => Err(error.into()),
            },
        }
    }
    // ANCHOR_END: files-serve

    async fn send(
        &self,
        request: &Request,
        root: &Root,
        name: &str,
        file: File,
    ) -> Result<Response, Failure> {
        let chosen = choose(request, root, name, file).await?;
        let (fields, validators) = (&request.head.fields, &chosen.validators);
        let outcome = validators.decide(request.method(), fields);
        let wanted = match outcome {
            Outcome::Send => Wanted::All,
            Outcome::SendPart => range::wanted(fields, chosen.length),
            Outcome::NotModified | Outcome::Failed => Wanted::Nothing,
        };
        let (start, length) = match wanted {
            Wanted::Part { start, length } => (start, length),
            _ => (0, chosen.length),
        };
        let response = match (outcome, wanted) {
            (Outcome::NotModified, _) => Response::new(304),
            (Outcome::Failed, _) => Response::page(412),
            (_, Wanted::Unsatisfiable) => Response::page(416)
                .with("Content-Range", format!("bytes */{}", chosen.length)),
            (_, Wanted::Part { .. }) => Response::new(206)
                .with("Content-Range", range::field(start, length, chosen.length)),
            _ => Response::new(200),
        };
        let response = self.describe(response, name, &chosen);
        if !matches!(wanted, Wanted::All | Wanted::Part { .. }) {
            return Ok(response);
        }
        let kind = kinds::of(name).name;
        Ok(response.with("Content-Type", kind).content(Content::File {
            file: Arc::new(chosen.file),
            start,
            length,
        }))
    }

    /// What every answer about a file says, a 304 too (RFC 9110 §15.4.5).
    fn describe(&self, response: Response, name: &str, chosen: &Chosen) -> Response {
        let mut response = response
            .with("Accept-Ranges", "bytes")
            .with("X-Content-Type-Options", "nosniff");
        for (field, value) in chosen.validators.fields() {
            response = response.with(field, value);
        }
        if kinds::of(name).is_text {
            // Whether or not there is a variant now: who accepts another coding may
            // get another answer.
            response = response.with("Vary", "Accept-Encoding");
        }
        if let Some(coding) = chosen.coding {
            response = response.with("Content-Encoding", coding.name());
        }
        match &self.cache_control {
            Some(value) => response.with("Cache-Control", value),
            None => response,
        }
    }

    /// 404, with the page for it if there is one.
    async fn not_found(&self) -> Result<Response, Failure> {
        let Some(name) = &self.not_found else {
            return Ok(Response::page(404));
        };
        let Ok(Found::File(file)) = self.root().find(name).await else {
            return Ok(Response::page(404));
        };
        let length = file.metadata()?.len();
        let content = Content::File {
            file: Arc::new(file),
            start: 0,
            length,
        };
        let response = Response::new(404).with("Content-Type", kinds::of(name).name);
        Ok(response.content(content))
    }
}

/// The file itself, or the compressed variant that the client likes best. A variant
/// that is older than its file was made from another one.
async fn choose(
    request: &Request,
    root: &Root,
    name: &str,
    file: File,
) -> Result<Chosen, Failure> {
    let metadata = file.metadata()?;
    if kinds::of(name).is_text {
        for coding in encoding::liked(&request.head.fields) {
            let variant = root.find(&format!("{name}{}", coding.ending())).await;
            let Ok(Found::File(variant)) = variant else {
                continue;
            };
            let of_variant = variant.metadata()?;
            if of_variant.modified()? >= metadata.modified()? {
                return Ok(Chosen {
                    validators: Validators::of(&of_variant, Some(coding))?,
                    length: of_variant.len(),
                    file: variant,
                    coding: Some(coding),
                });
            }
        }
    }
    Ok(Chosen {
        validators: Validators::of(&metadata, None)?,
        length: metadata.len(),
        file,
        coding: None,
    })
}

/// Relative links of a folder's page count from the slash at its end.
fn to_folder(request: &Request) -> Response {
    let mut location = [request.path(), b"/"].concat();
    if let Some(query) = request.head.target.query() {
        location.extend_from_slice(&[b"?", query].concat());
    }
    Response::page(301).with("Location", location)
}

/// What a peer brought about by asking; none if it is the server's fault.
fn status_of(error: &io::Error) -> Option<u16> {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::PermissionDenied => Some(403),
        // A name that is too long, a file where a folder should be, a link that leads
        // outside or in a circle.
        Kind::NotFound | Kind::NotADirectory | Kind::InvalidFilename => Some(404),
        Kind::CrossesDevices | Kind::InvalidInput => Some(404),
        _ if root::is_no_file(error) => Some(404),
        _ => None,
    }
}
